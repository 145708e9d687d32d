/**
 * How long many like events took, as percentiles.
 *
 * A histogram: its size does not grow with what it is given.
 *
 * @module
 */

// Each stage waits for this at its start, so it is the one class that is needed.
// The package's builder loads all its kinds of histograms, and WebAssembly.
import int32 from "hdr-histogram-js/dist/Int32Histogram.js";

/** Times, as they are counted. */
export interface Latencies {
  /** How many were counted. */
  readonly count: number;
  /** Counts a time, in milliseconds, once or so many times. */
  record(ms: number, count?: number): void;
  /** The time that so many percent of them were within, in milliseconds. */
  percentileMs(percentile: number): number;
  /** The longest of them, in milliseconds. */
  readonly maxMs: number;
}

/** Options for {@linkcode createLatencies}. */
export interface LatenciesOptions {
  /** How many digits of a time count, from 1 to 5. @default {2} */
  digits?: 1 | 2 | 3 | 4 | 5;
  /** What is longer counts as so long, in milliseconds. @default {600_000} */
  longestMs?: number;
}

/** Begins to count, from one microsecond up. */
export function createLatencies(
  { digits = 2, longestMs = 600_000 }: LatenciesOptions = {},
): Latencies {
  const longestUs = longestMs * 1_000;
  const histogram = new int32.default(1, longestUs, digits);
  return {
    get count() {
      return histogram.totalCount;
    },
    record(ms, count = 1) {
      const us = Math.min(longestUs, Math.max(1, Math.round(ms * 1_000)));
      histogram.recordValueWithCount(us, count);
    },
    percentileMs: (percentile) =>
      histogram.getValueAtPercentile(percentile) / 1_000,
    get maxMs() {
      return histogram.maxValue / 1_000;
    },
  };
}
