import { assertEquals } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import {
  lastRunMs,
  nextRunMs,
  whyNoSchedule,
  whyNoTimezone,
} from "../../../supervisor/config/schedule.ts";

const EXPECTED =
  'expected five fields, minute hour day month weekday, such as "*/5 * * * *", or six with seconds first';
const AS_CRON = "with *, */2, 1-3 or 1,3 as cron has them";

/** What is wrong with each text; nothing with the others. */
const WORDS: [text: string, problem: string | undefined][] = [
  ["*/5 * * * *", undefined],
  ["0 3 * * MON-FRI", undefined],
  ["0 0 L jan,Jul *", undefined],
  ["*/10 * * * * *", undefined],
  ["  0   3 * * 7 ", undefined],
  ["@daily", undefined],
  ["@Hourly", undefined],
  ["", `"" has 0 fields; ${EXPECTED}`],
  ["*/5 * * *", `"*/5 * * *" has 4 fields; ${EXPECTED}`],
  [
    "0 0 0 1 1 * 2030",
    `"0 0 0 1 1 * 2030" has 7 fields; years are not supported; ${EXPECTED}`,
  ],
  ["2030-01-01T00:00:00", `"2030-01-01T00:00:00" has 1 field; ${EXPECTED}`],
  ["61 * * * *", `"61" is no minute: expected 0 to 59, ${AS_CRON}`],
  ["60 * * * * *", `"60" is no second: expected 0 to 59, ${AS_CRON}`],
  ["0 24 * * *", `"24" is no hour: expected 0 to 23, ${AS_CRON}`],
  [
    "0 0 0 * *",
    `"0" is no day of the month: expected 1 to 31, or L for the last, ${AS_CRON}`,
  ],
  [
    "0 0 * 13 *",
    `"13" is no month: expected 1 to 12, or JAN to DEC, ${AS_CRON}`,
  ],
  [
    "0 0 * * FOO",
    `"FOO" is no day of the week: expected 0 to 7, or SUN to SAT, ${AS_CRON}`,
  ],
  ["*/0 * * * *", `"*/0" is no minute: expected 0 to 59, ${AS_CRON}`],
  [
    "0 0 30 2 *",
    '"0 0 30 2 *" never comes: no month that it names has such a day',
  ],
  ["@dayly", '"@dayly" is no nickname; did you mean "@daily"?'],
  [
    "@reboot",
    '"@reboot" is no time; without schedule, and with restart: no, a service runs once at the start',
  ],
];

for (const [text, problem] of WORDS) {
  Deno.test(`whyNoSchedule() of "${text}"`, () => {
    assertEquals(whyNoSchedule(text), problem);
  });
}

Deno.test("whyNoTimezone() takes IANA's names, and suggests one for others", () => {
  const found = [
    "Europe/Berlin",
    "UTC",
    "Europe/Berln",
    "Berlin",
    "Middle-earth",
    "+02:00",
  ].map(whyNoTimezone);

  assertEquals(found, [
    undefined,
    undefined,
    'there is no timezone "Europe/Berln"; did you mean "Europe/Berlin"?',
    'there is no timezone "Berlin"; did you mean "Europe/Berlin"?',
    'there is no timezone "Middle-earth"; expected a name such as Europe/Berlin or UTC',
    '"+02:00" is an offset; expected the name of a timezone such as Europe/Berlin or UTC',
  ]);
});

/** When a schedule is due from a time on, in UTC. */
function runsFrom(pattern: string, from: string, count: number): string[] {
  const schedule = { pattern, timezone: "Europe/Berlin" };
  const runs: string[] = [];
  let atMs = Date.parse(from);
  while (runs.length < count) {
    atMs = nextRunMs(schedule, atMs)!;
    runs.push(new Date(atMs).toISOString().slice(0, 16));
  }
  return runs;
}

Deno.test("in spring a time that the clock leaps over comes at the end of the leap", () => {
  const from = "2026-03-28T12:00:00Z";

  assertEquals(runsFrom("30 2 * * *", from, 2), [
    "2026-03-29T01:00",
    "2026-03-30T00:30",
  ]);
  assertEquals(runsFrom("*/30 * * * *", "2026-03-29T00:15:00Z", 3), [
    "2026-03-29T00:30",
    "2026-03-29T01:00",
    "2026-03-29T01:30",
  ]);
});

Deno.test("in autumn a time that comes twice runs once, and an interval goes on", () => {
  assertEquals(runsFrom("30 2 * * *", "2026-10-24T12:00:00Z", 2), [
    "2026-10-25T00:30",
    "2026-10-26T01:30",
  ]);
  assertEquals(runsFrom("*/30 * * * *", "2026-10-24T23:45:00Z", 4), [
    "2026-10-25T00:00",
    "2026-10-25T00:30",
    "2026-10-25T01:00",
    "2026-10-25T01:30",
  ]);
});

Deno.test("nextRunMs() leaves out its own moment, and lastRunMs() does not", () => {
  const schedule = { pattern: "*/5 * * * *", timezone: "UTC" };
  const atMs = Date.UTC(2026, 0, 1, 0, 5);

  assertEquals(nextRunMs(schedule, atMs), atMs + 300_000);
  assertEquals(lastRunMs(schedule, atMs), atMs);
  assertEquals(lastRunMs(schedule, atMs + 299_999), atMs);
});

/** What is wrong with a service, one line each. */
function problemsOf(service: string, others = ""): string[] {
  try {
    parseConfig(`services: { job: { command: [job], ${service} }${others} }`, {
      path: "/config.yaml",
    });
    return [];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message.split("\n").slice(1).map((line) =>
      line.replace(/^.*?:\d+:\d+: /, "")
    );
  }
}

Deno.test("a config says what does not go together with a schedule", () => {
  const hourly = 'schedule: "@hourly"';

  assertEquals(problemsOf(hourly), []);
  assertEquals(problemsOf(`${hourly}, restart: on-failure`), []);
  assertEquals(problemsOf('schedule: "* * *", timezone: Europe/Berln'), [
    `services.job.schedule: "* * *" has 3 fields; ${EXPECTED}`,
    'services.job.timezone: there is no timezone "Europe/Berln"; did you mean "Europe/Berlin"?',
  ]);
  assertEquals(problemsOf("timezone: UTC"), [
    "services.job.timezone: belongs to schedule, and there is none",
  ]);
  assertEquals(problemsOf(`${hourly}, restart: unless-stopped`), [
    "services.job.restart: expected no or on-failure with a schedule, which says when it runs again",
  ]);
  assertEquals(problemsOf(`${hourly}, deploy: { replicas: 2 }`), [
    "services.job.deploy.replicas: a service with a schedule runs once at a time",
  ]);
  assertEquals(
    problemsOf(
      hourly,
      ", b: { command: [b], depends_on: { job: { condition: service_completed_successfully } } }",
    ),
    [
      'services.b.depends_on.job: "job" has a schedule, so it never completes',
    ],
  );
});

Deno.test("restart: is no by default with a schedule, and on-failure without", () => {
  const { services } = parseConfig(
    'services: { job: { command: [job], schedule: "@daily" }, b: { command: [b] } }',
    { path: "/config.yaml" },
  );

  assertEquals(
    [...services.values()].map(([spec]) => spec?.restart.when),
    ["no", "on-failure"],
  );
});
