import { assertEquals } from "@std/assert";
import type { Schedule } from "../../../supervisor/config/schedule.ts";
import {
  createTimetable,
  type RunMemory,
} from "../../../supervisor/service/timetable.ts";
import {
  type VirtualClock,
  virtualClock,
} from "../../support/virtual_clock.ts";
import { forgetfulSchedules } from "../../support/service_loop.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const HOURLY: Schedule = { pattern: "0 * * * *", timezone: "UTC" };

/** A timetable that follows a schedule, and what it tells. */
function followed(
  time: string,
  schedule: Schedule,
  memory: Partial<RunMemory> = {},
) {
  const clock: VirtualClock = virtualClock(time);
  const told: string[] = [];
  const timetable = createTimetable("job", {
    clock,
    memory: { ...forgetfulSchedules(), ...memory },
    onDue: ({ dueMs }) =>
      told.push(`due ${new Date(dueMs).toISOString().slice(11, 19)}`),
    onNote: (message) => told.push(message),
  });
  timetable.follow(schedule);
  return { clock, told, timetable };
}

Deno.test("a timetable tells of each run once, when it is due", () => {
  const { clock, told, timetable } = followed("2026-01-01T00:30:00Z", HOURLY);

  clock.pass(29 * MINUTE_MS + 59_999);
  assertEquals(told, []);
  clock.pass(1);
  assertEquals(told, ["due 01:00:00"]);
  clock.pass(2 * HOUR_MS);
  assertEquals(told, ["due 01:00:00", "due 02:00:00", "due 03:00:00"]);
  assertEquals(timetable.runs().next?.words, "04:00 UTC");
});

Deno.test("a timetable that follows nothing any more tells nothing, and keeps no timer", () => {
  const { clock, told, timetable } = followed("2026-01-01T00:30:00Z", HOURLY);

  timetable.follow(undefined);
  clock.pass(DAY_MS);

  assertEquals(told, []);
  assertEquals(clock.timers, 0);
  assertEquals(timetable.runs(), {});
});

Deno.test("a timetable goes over to another schedule at once", () => {
  const { clock, told, timetable } = followed("2026-01-01T00:30:00Z", HOURLY);

  timetable.follow({ ...HOURLY, pattern: "45 * * * *" });
  clock.pass(HOUR_MS);

  assertEquals(told, ["due 00:45:00"]);
});

Deno.test("a timetable waits longer than a timer can", () => {
  const yearly = { ...HOURLY, pattern: "0 0 27 1 *" };
  const { clock, told, timetable } = followed("2026-01-01T00:00:00Z", yearly);

  assertEquals(timetable.nextRun(yearly), "2026-01-27 00:00 UTC");
  clock.pass(26 * DAY_MS);

  assertEquals(told, ["due 00:00:00"]);
});

Deno.test("what a machine sleeps through is missed, and the next run is on time", () => {
  const { clock, told } = followed("2026-01-01T00:30:00Z", HOURLY);

  clock.sleep(3 * HOUR_MS + 15 * MINUTE_MS);
  clock.pass(10_000);
  assertEquals(told, [
    "missed 3 runs from 01:00 UTC to 03:00 UTC, while the machine slept or its clock was set; they are not made up for",
  ]);
  clock.pass(15 * MINUTE_MS);

  assertEquals(told.slice(1), ["due 04:00:00"]);
});

Deno.test("a run that a machine wakes up for within a minute is run", () => {
  const { clock, told } = followed("2026-01-01T00:30:00Z", HOURLY);

  clock.sleep(30 * MINUTE_MS + 20_000);
  clock.pass(10_000);

  assertEquals(told, ["due 01:00:00"]);
});

Deno.test("a clock that is set back a little repeats no run", () => {
  const { clock, told } = followed("2026-01-01T00:59:00Z", HOURLY);

  clock.pass(2 * MINUTE_MS);
  clock.set("2026-01-01T00:58:00Z");
  clock.pass(4 * MINUTE_MS);
  assertEquals(told, ["due 01:00:00"]);
  clock.pass(HOUR_MS);

  assertEquals(told, ["due 01:00:00", "due 02:00:00"]);
});

Deno.test("a clock that was far ahead and is set right goes by the right time", () => {
  const { clock, told } = followed("2036-01-01T00:59:00Z", HOURLY);

  clock.pass(2 * MINUTE_MS);
  clock.set("2026-01-01T10:58:00Z");
  clock.pass(3 * MINUTE_MS);

  assertEquals(told, ["due 01:00:00", "due 11:00:00"]);
});

Deno.test("what was due while no supervisor ran is told of at the start", () => {
  const handledMs = Date.parse("2025-12-31T22:00:00Z");
  const { clock, told } = followed("2026-01-01T00:30:00Z", HOURLY, {
    handledMsOf: () => handledMs,
  });

  assertEquals(told, [
    "missed 2 runs from 2025-12-31 23:00 UTC to 00:00 UTC, while no supervisor ran; they are not made up for",
  ]);
  clock.pass(HOUR_MS);

  assertEquals(told.slice(1), ["due 01:00:00"]);
});

Deno.test("of a schedule that was due each second a day of missed runs is told in one line", () => {
  const handledMs = Date.parse("2025-12-31T00:00:00Z");
  const { told } = followed(
    "2026-01-01T00:00:00Z",
    { pattern: "* * * * * *", timezone: "UTC" },
    { handledMsOf: () => handledMs },
  );

  assertEquals(told, [
    "missed more than 1000 runs from 2025-12-31 00:00:01 UTC to 00:00 UTC, while no supervisor ran; they are not made up for",
  ]);
});

Deno.test("a timetable remembers until when it has told, and how runs went", () => {
  const noted: unknown[] = [];
  const { clock, timetable } = followed("2026-01-01T00:30:00Z", HOURLY, {
    handled: (_, { pattern }, handledMs) =>
      noted.push([pattern, new Date(handledMs).toISOString().slice(11, 16)]),
    dropped: () => noted.push("dropped"),
    ran: (_, { atMs, exit }) =>
      noted.push([new Date(atMs).toISOString().slice(11, 16), exit?.code]),
  });

  clock.pass(30 * MINUTE_MS);
  timetable.began();
  clock.pass(5 * MINUTE_MS);
  timetable.ended({ code: 3, signal: null });
  timetable.follow(undefined);

  assertEquals(noted, [
    ["0 * * * *", "00:30"],
    ["0 * * * *", "01:00"],
    ["01:00", 3],
    "dropped",
  ]);
});

Deno.test("a timetable follows its zone over both changes of its clock", () => {
  const nightly = { pattern: "30 2 * * *", timezone: "Europe/Berlin" };
  const spring = followed("2026-03-28T12:00:00Z", nightly);
  const autumn = followed("2026-10-24T12:00:00Z", nightly);

  spring.clock.pass(2 * DAY_MS);
  autumn.clock.pass(2 * DAY_MS);

  assertEquals(spring.told, ["due 01:00:00", "due 00:30:00"]);
  assertEquals(autumn.told, ["due 00:30:00", "due 01:30:00"]);
});

Deno.test("a run that a killed supervisor has begun is told of as cut off, once", () => {
  const noted: unknown[] = [];
  let begunMs: number | undefined = Date.parse("2026-01-01T00:00:02Z");
  const { told, timetable } = followed("2026-01-01T00:30:00Z", HOURLY, {
    begunMsOf: () => begunMs,
    ran(_, run) {
      begunMs = undefined;
      noted.push(run);
    },
  });

  timetable.follow({ ...HOURLY, pattern: "45 * * * *" });

  assertEquals(told, [
    "was cut off in its run, which began at 00:00:02 UTC, when the supervisor was killed",
  ]);
  assertEquals(noted, [{ atMs: Date.parse("2026-01-01T00:00:02Z") }]);
});
