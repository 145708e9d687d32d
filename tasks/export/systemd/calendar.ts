/**
 * The words of cron, in those of systemd.time(7).
 *
 * systemd wants day of the month and weekday to be true both; cron is due when
 * either is, if both are written. Then there are two lines.
 *
 * @module
 */

import type { ServiceSpec } from "../../../supervisor/config/config.ts";

/** When a service runs. */
type Schedule = NonNullable<ServiceSpec["schedule"]>;

const NICKNAMES: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** What a field may hold. */
interface Field {
  first: number;
  last: number;
  /** The last that a star means. @default {last} */
  starLast?: number;
  /** Words for numbers, that of the first of them first. */
  words?: readonly string[];
}

const SECOND: Field = { first: 0, last: 59 };
const MINUTE: Field = { first: 0, last: 59 };
const HOUR: Field = { first: 0, last: 23 };
const DAY: Field = { first: 1, last: 31 };
const MONTH: Field = { first: 1, last: 12, words: MONTHS };
const WEEKDAY: Field = {
  first: 0,
  last: 7,
  starLast: 6,
  words: DAYS.map((day) => day.toUpperCase()),
};

/**
 * Returns the values of `OnCalendar=`; undefined where systemd has no words for
 * the schedule.
 */
export function calendarsOf(
  { pattern, timezone }: Schedule,
): string[] | undefined {
  const text = pattern.trim();
  const fields = (NICKNAMES[text.toLowerCase()] ?? text).split(/\s+/);
  const [second, minute, hour, day = "", month, weekday = ""] =
    fields.length === 5 ? ["0", ...fields] : fields;
  const time = [
    numbers(hour, HOUR),
    numbers(minute, MINUTE),
    numbers(second, SECOND),
  ];
  const months = numbers(month, MONTH);
  const days = datesOf(day);
  const weekdays = weekdaysOf(weekday);
  if (!time.every((each) => each !== undefined)) return undefined;
  if (!months || !days || !weekdays) return undefined;
  const clock = time.map((each) => padded(each!)).join(":");
  const zone = timezone === undefined ? "" : ` ${timezone}`;
  const onDates = days.map((each) => `*-${padded(months)}${each} ${clock}`);
  const onWeekdays = weekdays.map(({ name, date }) =>
    `${name} *-${padded(months)}${date} ${clock}`
  );
  const chosen = isAny(weekday)
    ? onDates
    : isAny(day)
    ? onWeekdays
    : [...onDates, ...onWeekdays];
  return chosen.map((each) => `${each}${zone}`);
}

function isAny(field: string): boolean {
  return field === "*" || field === "?";
}

/** Returns days of a month, with the sign before them; undefined: no words. */
function datesOf(field: string): string[] | undefined {
  if (isAny(field)) return ["-*"];
  const parts = field.split(",");
  const isLast = (part: string) => part.toUpperCase() === "L";
  const plain = parts.filter((part) => !isLast(part));
  const days = plain.length === 0 ? "" : numbers(plain.join(","), DAY);
  if (days === undefined) return undefined;
  return [
    ...(days === "" ? [] : [`-${padded(days)}`]),
    ...(parts.some(isLast) ? ["~01"] : []),
  ];
}

/** Returns weekdays, each with the days of a month on which it counts. */
function weekdaysOf(
  field: string,
): { name: string; date: string }[] | undefined {
  if (isAny(field)) return [];
  const every: string[] = [];
  const some: { name: string; date: string }[] = [];
  for (const part of field.split(",")) {
    const [, named = "", nth] = /^([^#]+)#([1-5]|L)$/i.exec(part) ?? [];
    const values = valuesOf(nth === undefined ? part : named, WEEKDAY);
    if (!values) return undefined;
    const names = [...new Set(values.map((each) => DAYS[each % 7]!))];
    if (nth === undefined) {
      every.push(...names);
      continue;
    }
    const from = 7 * (Number(nth) - 1) + 1;
    const date = nth.toUpperCase() === "L"
      ? "~07/1"
      : `-${padded(String(from))}..${padded(String(Math.min(31, from + 6)))}`;
    some.push(...names.map((name) => ({ name, date })));
  }
  const inOrder = DAYS.filter((day) => every.includes(day)).join(",");
  return [...(inOrder ? [{ name: inOrder, date: "-*" }] : []), ...some];
}

/** Returns a field in systemd's words; undefined where it has none. */
function numbers(text: string | undefined, field: Field): string | undefined {
  if (text === undefined) return undefined;
  if (isAny(text)) return "*";
  const values = valuesOf(text, field);
  return values && listed(values, field);
}

/** Writes numbers: `0/5` for each fifth, else one by one and in ranges. */
function listed(values: readonly number[], { first, last }: Field): string {
  if (values.length === last - first + 1) return "*";
  const [from = first, second] = values;
  const step = (second ?? from) - from;
  const isEven = values.length > 2 && step > 1 &&
    values.every((each, at) => each === from + at * step) &&
    from + values.length * step > last;
  if (isEven) return `${from}/${step}`;
  const ranges: [number, number][] = [];
  for (const each of values) {
    const range = ranges.at(-1);
    if (range && range[1] + 1 === each) range[1] = each;
    else ranges.push([each, each]);
  }
  return ranges.flatMap(([from, to]) =>
    from === to ? [`${from}`] : to === from + 1 ? [`${from}`, `${to}`] : [
      `${from}..${to}`,
    ]
  ).join(",");
}

/** Returns the numbers of a field in order; undefined where it is more than a list of them. */
function valuesOf(
  text: string,
  { first, last, starLast = last, words = [] }: Field,
): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [, from = "", to, step] =
      /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const numberOf = (word: string) => {
      const at = words.indexOf(word.toUpperCase());
      return at >= 0 ? first + at : /^\d+$/.test(word) ? Number(word) : NaN;
    };
    const begin = from === "*" ? first : numberOf(from);
    const end = to !== undefined
      ? numberOf(to)
      : from === "*" || step !== undefined
      ? starLast
      : begin;
    if (!(begin >= first && end <= last && begin <= end)) return undefined;
    for (
      let each = begin;
      each <= end;
      each += Math.max(1, Number(step ?? 1))
    ) {
      values.add(each);
    }
  }
  return [...values].toSorted((one, other) => one - other);
}

/** Numbers with two digits, as systemd writes them itself. */
function padded(text: string): string {
  return text.replaceAll(/(?<![\d/])\d(?!\d)/g, "0$&");
}
