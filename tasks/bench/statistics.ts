/**
 * Sums up the figures of several rounds.
 *
 * @module
 */

/** The middle of several figures, and how far they spread. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/**
 * Sums up figures.
 *
 * @param digits Digits kept after the point.
 * @throws {RangeError} If there are none.
 */
export function spreadOf(values: readonly number[], digits = 4): Spread {
  if (values.length === 0) {
    throw new RangeError("Cannot sum up figures: there are none");
  }
  const round = (value: number) => Number(value.toFixed(digits));
  return {
    median: round(median(values)),
    min: round(Math.min(...values)),
    max: round(Math.max(...values)),
  };
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[half]!
    : (sorted[half - 1]! + sorted[half]!) / 2;
}
