import { assertEquals } from "@std/assert";
import { createRecentOutput } from "../../../supervisor/logs/recent_output.ts";

const chunk = (name: string, text: string) =>
  ({ name, text, stream: "stdout", timeMs: 0 }) as const;

Deno.test("createRecentOutput() remembers the last of each service, in order", () => {
  const recent = createRecentOutput(1_000);

  recent.add(chunk("quiet", "hi\n"));
  for (let count = 0; count < 100; count++) {
    recent.add(chunk("busy", `${count}\n`));
  }
  recent.add(chunk("quiet", "ho\n"));

  const all = recent.all().map(({ name, text }) => `${name} ${text.trim()}`);
  assertEquals([all[0], all.at(-2), all.at(-1)], [
    "quiet hi",
    "busy 99",
    "quiet ho",
  ]);
  assertEquals(all.length, 2 + 9);
});

Deno.test("createRecentOutput() keeps a block that is larger than all it may keep", () => {
  const recent = createRecentOutput(10);

  recent.add(chunk("a", "1\n"));
  recent.add(chunk("a", "x".repeat(100)));

  assertEquals(recent.all(), [chunk("a", "x".repeat(100))]);
});
