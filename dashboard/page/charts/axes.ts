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

/**
 * Writes moments in the user's own zone, 24 hours; seconds where they differ.
 *
 * @param seconds Unix time.
 * @param step How far they are apart, in seconds.
 */
export function axisTimes(seconds: readonly number[], step: number): string[] {
  const format = new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    ...(step < 60 ? { second: "2-digit" } : {}),
    hourCycle: "h23",
  });
  return seconds.map((each) => format.format(each * 1_000));
}
