/**
 * When a service with `schedule` is due: cron's words, and what is wrong with them.
 *
 * Croner reads the words and knows the calendar. Here each field is tried by
 * itself, so that a user reads which one is wrong. Jumps of the clock in spring
 * and autumn are dealt with as Vixie's cron does.
 *
 * @module
 */

import { Cron, type CronOptions } from "croner";
import { quantity } from "../../runtime/program/numbers.ts";
import { suggestion } from "../../runtime/program/suggest.ts";

/** When a service runs. */
export interface Schedule {
  /** Five fields, six with seconds first, or a nickname. */
  pattern: string;
  /** An IANA name; undefined: the machine's. */
  timezone: string | undefined;
}

/** What a field may hold, in the order of the fields. */
const FIELDS = [
  { name: "second", values: "0 to 59" },
  { name: "minute", values: "0 to 59" },
  { name: "hour", values: "0 to 23" },
  { name: "day of the month", values: "1 to 31, or L for the last" },
  { name: "month", values: "1 to 12, or JAN to DEC" },
  { name: "day of the week", values: "0 to 7, or SUN to SAT" },
];

const NICKNAMES = [
  "@hourly",
  "@daily",
  "@midnight",
  "@weekly",
  "@monthly",
  "@yearly",
  "@annually",
];

const EXPECTED =
  'expected five fields, minute hour day month weekday, such as "*/5 * * * *", or six with seconds first';

/** Says what is wrong with the words of a schedule; undefined if nothing is. */
export function whyNoSchedule(words: string): string | undefined {
  const text = words.trim();
  if (text.startsWith("@")) return whyNoNickname(text);
  const fields = text === "" ? [] : text.split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    const year = fields.length === 7 ? "; years are not supported" : "";
    return `"${words}" has ${
      quantity(fields.length, "field")
    }${year}; ${EXPECTED}`;
  }
  const kinds = FIELDS.slice(-fields.length);
  const wrong = fields.findIndex((field, place) =>
    !isRead(kinds.map((_, each) => each === place ? field : "*").join(" "))
  );
  const kind = kinds[wrong];
  if (kind) {
    return `"${
      fields[wrong]
    }" is no ${kind.name}: expected ${kind.values}, with *, */2, 1-3 or 1,3 as cron has them`;
  }
  return nextRunMs({ pattern: text, timezone: "UTC" }, ANY_MS) === undefined
    ? `"${words}" never comes: no month that it names has such a day`
    : undefined;
}

/** Says what is wrong with the name of a timezone; undefined if nothing is. */
export function whyNoTimezone(name: string): string | undefined {
  if (/^[+-]?\d/.test(name)) {
    return `"${name}" is an offset; expected the name of a timezone such as Europe/Berlin or UTC`;
  }
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const known = ["UTC", ...Intl.supportedValuesOf("timeZone")];
    const city = known.find((each) =>
      each.toLowerCase().endsWith(`/${name.toLowerCase()}`)
    );
    return `there is no timezone "${name}"${
      suggestion(
        city ?? name,
        known,
        "; expected a name such as Europe/Berlin or UTC",
      )
    }`;
  }
}

/**
 * Returns when a schedule is due next.
 *
 * @param afterMs Unix time in milliseconds; what is due then does not count.
 * @returns The same; undefined if it is never due again.
 */
export function nextRunMs(
  schedule: Schedule,
  afterMs: number,
): number | undefined {
  return cronOf(schedule).nextRun(new Date(afterMs))?.getTime();
}

/** Returns the last time until a time, that included, at which a schedule was due. */
export function lastRunMs(
  schedule: Schedule,
  untilMs: number,
): number | undefined {
  // Croner leaves out the moment that it is given.
  const [last] = cronOf(schedule).previousRuns(1, new Date(untilMs + 1));
  return last?.getTime();
}

/** Any time does: a schedule that is due at all is due again. */
const ANY_MS = Date.UTC(2024, 0, 1);

function whyNoNickname(text: string): string | undefined {
  if (text.toLowerCase() === "@reboot") {
    return '"@reboot" is no time; without schedule, and with restart: no, a service runs once at the start';
  }
  return isRead(text)
    ? undefined
    : `"${text}" is no nickname${
      suggestion(text, NICKNAMES, `; expected ${NICKNAMES.join(", ")}`)
    }`;
}

function isRead(pattern: string): boolean {
  try {
    cronOf({ pattern, timezone: "UTC" });
    return true;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}

const read = new WeakMap<Schedule, Cron>();

/** Reads a schedule, once; nothing runs by it. */
function cronOf(schedule: Schedule): Cron {
  const known = read.get(schedule);
  if (known) return known;
  const { pattern, timezone } = schedule;
  const options: CronOptions = {
    paused: true,
    mode: "5-or-6-parts",
    // Vixie's rule: only a wildcard or a step makes an interval of a job.
    fixedTimeRule: "no-wildcard",
  };
  const cron = new Cron(
    pattern.trim(),
    timezone === undefined ? options : { ...options, timezone },
  );
  read.set(schedule, cron);
  return cron;
}
