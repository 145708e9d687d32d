import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { nextRunMs } from "../../../../supervisor/config/load_config.ts";
import { calendarsOf } from "../../../../tasks/export/systemd/calendar.ts";
import {
  systemdAnalyze,
  withSystemd,
} from "../../../support/systemd_analyze.ts";

for (
  const [pattern, calendars] of [
    ["*/5 * * * *", ["*-*-* *:00/5:00"]],
    ["@daily", ["*-*-* 00:00:00"]],
    ["30 2 * * 1-5", ["Mon,Tue,Wed,Thu,Fri *-*-* 02:30:00"]],
    ["0 4 1,15 * MON", ["*-*-01,15 04:00:00", "Mon *-*-* 04:00:00"]],
    ["0 0 L * *", ["*-*~01 00:00:00"]],
    ["0 9 * JAN,JUL MON#1", ["Mon *-01,07-01..07 09:00:00"]],
    ["0 9 * * FRI#L", ["Fri *-*~07/1 09:00:00"]],
    ["15 10 3 * * 7", ["Sun *-*-* 03:10:15"]],
    ["0 8-10 * * *", ["*-*-* 08..10:00:00"]],
  ] as const
) {
  Deno.test(`calendarsOf() has words for "${pattern}"`, () => {
    assertEquals(calendarsOf({ pattern, timezone: undefined }), [...calendars]);
  });
}

Deno.test("calendarsOf() names the timezone, and knows what it has no words for", () => {
  assertEquals(calendarsOf({ pattern: "0 1 * * *", timezone: "Asia/Tokyo" }), [
    "*-*-* 01:00:00 Asia/Tokyo",
  ]);
  assertEquals(
    calendarsOf({ pattern: "0 1 15W * *", timezone: undefined }),
    undefined,
  );
});

/** A field of cron's, from the least to the greatest that it may have. */
function field(min: number, max: number): fc.Arbitrary<string> {
  const number = fc.integer({ min, max });
  const range = fc.tuple(number, number).map(([one, other]) =>
    `${Math.min(one, other)}-${Math.max(one, other)}`
  );
  const step = fc.integer({ min: 1, max: 6 });
  const part = fc.oneof(
    number.map(String),
    range,
    fc.tuple(range, step).map((words) => words.join("/")),
  );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant("*") },
    step.map((each) => `*/${each}`),
    fc.array(part, { minLength: 1, maxLength: 3 }).map((all) => all.join(",")),
  );
}

const PATTERNS = fc.tuple(
  field(0, 59),
  field(0, 23),
  field(1, 28),
  field(1, 12),
  field(0, 6),
).map((fields) => fields.join(" "));

/** So many runs are compared of each schedule. */
const RUNS = 4;

Deno.test({
  ...withSystemd(
    "systemd and the supervisor take a schedule for the same times",
  ),
  async fn() {
    const patterns = [
      ...fc.sample(PATTERNS, { numRuns: 40, seed: 7 }),
      "0 0 L * *",
      "0 9 * * MON#2",
      "0 9 * * FRI#L",
      "0 0 13 * FRI",
    ];
    const fromMs = Date.UTC(2026, 0, 1);
    for (const pattern of patterns) {
      const schedule = { pattern, timezone: "UTC" };
      const ours: number[] = [];
      for (let atMs: number | undefined = fromMs; ours.length < RUNS;) {
        atMs = nextRunMs(schedule, atMs);
        if (atMs === undefined) break;
        ours.push(atMs);
      }
      const { text } = await systemdAnalyze([
        "calendar",
        "--base-time=2026-01-01 00:00:00 UTC",
        `--iterations=${RUNS}`,
        ...calendarsOf(schedule) ?? [],
      ]);
      const theirs = [...text.matchAll(/(?:elapse|#\d+): \w+ (\S+) (\S+) UTC/g)]
        .map(([, date, time]) => Date.parse(`${date}T${time}Z`));
      const first = [...new Set(theirs)].toSorted((one, other) => one - other)
        .slice(0, ours.length);

      assertEquals(
        first,
        ours,
        `${pattern}\n${calendarsOf(schedule)}\n${text}`,
      );
    }
  },
});
