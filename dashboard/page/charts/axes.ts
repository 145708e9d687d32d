/**
 * What is written beside the axes of a chart.
 *
 * @module
 */

/** Digits after the point that `step` has: at most three. */
function digits(step: number): number {
  const exact = [0, 1, 2].find((count) => {
    const whole = step * 10 ** count;
    return Math.abs(whole - Math.round(whole)) < 1e-6;
  });
  return exact ?? 3;
}

/**
 * Writes the values of an axis, all in the same unit: 0, 200 k, 400 k.
 *
 * @param values Evenly apart, in ascending order.
 * @param measure The unit of measurement behind each but 0, if there is one.
 */
export function axisNumbers(values: readonly number[], measure = ""): string[] {
  const most = Math.max(0, ...values.map(Math.abs));
  const [unit, suffix] = most >= 1e9
    ? [1e9, " G"]
    : most >= 1e6
    ? [1e6, " M"]
    : most >= 10_000
    ? [1e3, " k"]
    : [1, ""];
  const step = values.length > 1 ? (values[1]! - values[0]!) / unit : 1;
  return values.map((value) =>
    value === 0 ? "0" : (value / unit).toFixed(digits(step)) + suffix +
      (measure && ` ${measure}`)
  );
}

/** The shortest time that a chart is wide, in seconds. */
const LEAST_SPAN = 5;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How far moments may be apart on an axis, in seconds: less would read the same. */
export const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 30, 100].map((days) => days * DAY),
];

/**
 * From the first value to the last, or to a mark that is newer.
 *
 * @param least Unix seconds; null where there are no values, whatever the types of
 * uPlot say.
 */
export function timeSpan(
  least: number | null,
  most: number | null,
  marks: readonly number[],
): [number, number] | [null, null] {
  if (least === null || most === null) return [null, null];
  return [least, Math.max(least + LEAST_SPAN, most, ...marks)];
}

/**
 * Writes moments in the user's own zone, 24 hours: with seconds, or as days, where only
 * those differ.
 *
 * @param seconds Unix time.
 * @param step How far they are apart, in seconds.
 */
export function axisTimes(seconds: readonly number[], step: number): string[] {
  const format = new Intl.DateTimeFormat(undefined, {
    ...(step < DAY
      ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
      : { day: "numeric", month: "short" }),
    ...(step < MINUTE ? { second: "2-digit" } : {}),
  });
  return seconds.map((each) => format.format(each * 1_000));
}
