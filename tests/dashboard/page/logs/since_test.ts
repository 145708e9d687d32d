import { assertEquals } from "@std/assert";
import { readSince } from "../../../../dashboard/page/logs/since.ts";

const NOW = new Date(2026, 2, 1, 12, 0, 0).getTime();

Deno.test("readSince() reads how long ago, a time of day, and a moment", () => {
  const atMs = (text: string) => {
    const since = readSince(text, NOW);
    return since.is === "time" ? since.atMs - NOW : since.is;
  };

  assertEquals(
    [
      "",
      "5m",
      "1.5 h",
      "2d",
      "11:30",
      "12:00:01",
      "2026-03-01",
      "2026-03-01 11:00",
    ]
      .map(atMs),
    [
      "any",
      -300_000,
      -5_400_000,
      -2 * 86_400_000,
      -1_800_000,
      1_000 - 86_400_000,
      -43_200_000,
      -3_600_000,
    ],
  );
});

Deno.test("readSince() says what it takes instead of what it cannot read", () => {
  assertEquals(
    ["5", "25:00", "yesterday", "2026-13-01"]
      .map((text) => readSince(text, NOW).is),
    ["wrong", "wrong", "wrong", "wrong"],
  );
});
