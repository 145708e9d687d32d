import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { parseMoment } from "../../../tasks/control/since_flag.ts";

const NOW_MS = Date.UTC(2026, 0, 31, 12);

for (
  const [text, expected] of [
    ["10m", "2026-01-31T11:50:00.000Z"],
    ["1h30m", "2026-01-31T10:30:00.000Z"],
    ["999999999999h", "1970-01-01T00:00:00.000Z"],
    ["0s", "2026-01-31T12:00:00.000Z"],
    ["2026-01-31T08:00:00Z", "2026-01-31T08:00:00.000Z"],
    ["2026-01-31t08:00:00.25z", "2026-01-31T08:00:00.250Z"],
    ["2026-01-31 08:00:00+02:00", "2026-01-31T06:00:00.000Z"],
    ["2026-01-31T08:00-01:00", "2026-01-31T09:00:00.000Z"],
  ] as const
) {
  Deno.test(`parseMoment() reads ${text}`, () => {
    assertEquals(new Date(parseMoment(text, NOW_MS)).toISOString(), expected);
  });
}

Deno.test("parseMoment() takes a time without an offset, and a date, as local", () => {
  assertEquals(
    ["2026-01-31", "2026-01-31T08:00", "2026-01-31 08:00:01"].map((text) =>
      parseMoment(text, NOW_MS)
    ),
    [
      new Date(2026, 0, 31).getTime(),
      new Date(2026, 0, 31, 8).getTime(),
      new Date(2026, 0, 31, 8, 0, 1).getTime(),
    ],
  );
});

for (
  const text of ["yesterday", "10", "-5m", "2026-13-01", "2026-1-1", "5 m", ""]
) {
  Deno.test(`parseMoment() refuses "${text}"`, () => {
    assertThrows(() => parseMoment(text, NOW_MS), UsageError, "expected a");
  });
}
