import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  dueEvents,
  dueMs,
  scheduleOf,
  waitMs,
} from "../../../tasks/bench/schedule.ts";

Deno.test("scheduleOf() has every event that is due within the time", () => {
  const cases: [number, number, number][] = [
    [20_000, 5_000, 100_000],
    [1, 2_000, 2],
    [3, 500, 2],
    [1, 1, 1],
  ];
  for (const [rate, durationMs, count] of cases) {
    assertEquals(scheduleOf(rate, durationMs), { rate, count });
  }
});

Deno.test("dueEvents() gives the first event at once and the others evenly", () => {
  const schedule = scheduleOf(2_000, 3);
  const at = [-1, 0, 0.4, 0.5, 1, 2.49, 2.5, 3, 1_000];

  assertEquals(
    at.map((ms) => dueEvents(schedule, ms)),
    [0, 1, 1, 2, 3, 5, 6, 6, 6],
  );
});

Deno.test("dueEvents() at the time that dueMs() gives has that event, and none too soon", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.integer({ min: 0, max: 60_000 }),
    (rate, elapsedMs) => {
      const schedule = { rate, count: Infinity };

      const due = dueEvents(schedule, elapsedMs);

      assert(dueMs(schedule, due - 1) <= elapsedMs);
      assert(dueMs(schedule, due) > elapsedMs);
    },
  ));
});

Deno.test("waitMs() looks every millisecond, or when the next event is due", () => {
  assertEquals(waitMs(scheduleOf(20_000, 5_000), 100, 4.99), 1);
  assertEquals(waitMs(scheduleOf(10, 5_000), 1, 30), 70);
  assertEquals(waitMs(scheduleOf(10, 5_000), 1, 500), 1);
});
