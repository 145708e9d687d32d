import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatTime,
  numberWindows,
  windowStart,
} from "../../../stages/aggregate/windows.ts";

const HOUR_MS = 3_600_000;

for (
  const [timeMs, sizeMs, offsetMs, start] of [
    [0, HOUR_MS, 0, 0],
    [HOUR_MS - 1, HOUR_MS, 0, 0],
    [HOUR_MS, HOUR_MS, 0, HOUR_MS],
    [-1, HOUR_MS, 0, -HOUR_MS],
    [-HOUR_MS, HOUR_MS, 0, -HOUR_MS],
    [5, HOUR_MS, 6, 6 - HOUR_MS],
    [6, HOUR_MS, 6, 6],
    // What is left of it is lost in the difference.
    [1e-20, 1_000, 1_000, 0],
    [-1e-20, 1_000, 0, -1_000],
    [999.9999999999999, 1_000, 0, 0],
    [2 ** 53 - 1, 3, 0, 2 ** 53 - 2],
  ] as const
) {
  Deno.test(`windowStart() of ${timeMs} in windows of ${sizeMs} from ${offsetMs} is ${start}`, () => {
    assertEquals(windowStart(timeMs, { sizeMs, offsetMs }), start);
  });
}

Deno.test("windowStart() holds each time, and is aligned", () => {
  const size = fc.integer({ min: 1, max: 100_000_000 });
  fc.assert(
    fc.property(fc.maxSafeInteger(), size, fc.nat(), (time, sizeMs, any) => {
      const offsetMs = any % sizeMs;
      fc.pre(Math.abs(time) < Number.MAX_SAFE_INTEGER - 2 * sizeMs);

      const start = windowStart(time, { sizeMs, offsetMs });

      assert(start <= time && time < start + sizeMs);
      assertEquals((BigInt(start) - BigInt(offsetMs)) % BigInt(sizeMs), 0n);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("numberWindows() numbers windows in the order they come", () => {
  const into = new Uint32Array(5);

  const starts = numberWindows(
    Float64Array.of(25, 29, 3, 20, 11),
    { sizeMs: 10, offsetMs: 0 },
    into,
  );

  assertEquals(starts, [20, 0, 10]);
  assertEquals([...into], [0, 0, 1, 0, 2]);
});

Deno.test("formatTime() writes milliseconds where there are any", () => {
  assertEquals(formatTime(0), "1970-01-01T00:00:00Z");
  assertEquals(formatTime(1), "1970-01-01T00:00:00.001Z");
  assertEquals(formatTime(-0.5), "1969-12-31T23:59:59.999Z");
  // No date is so far away.
  assertEquals(formatTime(2 ** 53), "9007199254740992 ms");
});
