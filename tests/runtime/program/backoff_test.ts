import { assertEquals } from "@std/assert";
import { backoffMs } from "../../../runtime/program/backoff.ts";

const LONGEST = { baseMs: 50, maxMs: 1_000, random: () => 1 };

Deno.test("backoffMs() doubles its limit with each failure, up to the longest", () => {
  const limits = [1, 2, 3, 4, 5, 6, 7, 1_000].map((failures) =>
    backoffMs(failures, LONGEST)
  );

  assertEquals(limits, [50, 100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

Deno.test("backoffMs() knows a wait after any number of failures", () => {
  const waits = [0, 1].map((baseMs) =>
    backoffMs(2_000, { ...LONGEST, baseMs })
  );

  assertEquals(waits, [0, 1_000]);
});

Deno.test("backoffMs() takes any part of its limit", () => {
  const waits = [0, 0.25, 1].map((part) =>
    backoffMs(3, { ...LONGEST, random: () => part })
  );

  assertEquals(waits, [0, 50, 200]);
});
