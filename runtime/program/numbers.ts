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
