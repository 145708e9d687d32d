/**
 * Numbers as a person reads them.
 *
 * @module
 */

/** 1234567 as 1,234,567; also for a number of any size, as text. */
export function grouped(number: number | string): string {
  return String(number).replace(
    /^-?\d+/,
    (digits) => digits.replaceAll(/\B(?=(\d{3})+$)/g, ","),
  );
}

/** 1 and "event" as "1 event", 1234 as "1,234 events". */
export function quantity(count: number, noun: string): string {
  return `${grouped(count)} ${count === 1 ? noun : `${noun}s`}`;
}

/** 0.687 as 68.7 %. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A longer integer is shown by its first digits. */
const MOST_DIGITS = 21;

/**
 * A number in few letters: at most four digits after the point, and none of
 * hundreds before it.
 */
export function trimmed(number: number | string): string {
  const isLarge = Math.abs(Number(number)) > 10 ** (MOST_DIGITS - 1);
  const isInteger = typeof number === "number" || /^-?\d+$/.test(number);
  const digits = isLarge && isInteger ? String(BigInt(number)) : "";
  const [, sign, first, others = ""] = /^(-?)(\d)(\d*)$/.exec(digits) ?? [];
  if (others.length >= MOST_DIGITS) {
    return `${sign}${first}.${others.slice(0, 5)}e${others.length}`;
  }
  return typeof number === "string"
    ? grouped(number)
    : grouped(Number(number.toFixed(4)));
}
