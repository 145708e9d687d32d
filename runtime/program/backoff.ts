/**
 * How long to wait before another try.
 *
 * @module
 */

/** Options for {@linkcode backoffMs}. */
export interface BackoffOptions {
  /** Longest wait before the second try, in milliseconds. @default {50} */
  baseMs?: number;
  /** Longest wait before any try, in milliseconds. @default {1000} */
  maxMs?: number;
  /** A number from 0 to 1. @default {Math.random} */
  random?: () => number;
}

/** More doublings than these reach any longest wait; and none is infinite. */
const MAX_DOUBLINGS = 40;

/**
 * Returns the milliseconds to wait after so many failures in a row.
 *
 * Anywhere between nothing and a limit that doubles with each failure ("full
 * jitter"), so that a hundred services do not come back in the same instant.
 *
 * @param failures Failures in a row, from 1.
 */
export function backoffMs(
  failures: number,
  { baseMs = 50, maxMs = 1_000, random = Math.random }: BackoffOptions = {},
): number {
  const doublings = Math.min(failures - 1, MAX_DOUBLINGS);
  return random() * Math.min(maxMs, baseMs * 2 ** doublings);
}
