/**
 * The figures of the stages of a run.
 *
 * docs/pipeline.md says what each figure means.
 *
 * @module
 */

/** The figures of one stage. Times are in milliseconds. */
export interface StageFigures {
  name: string;
  /** Its processes; absent where there is none of its own. */
  workers?: number;
  /** Events. */
  in: number;
  out: number;
  bytesIn?: number;
  bytesOut?: number;
  batches: number;
  processingMs: number;
  codecMs?: number;
  waitingMs?: number;
  cpuMs?: number;
  peakRssBytes?: number;
  batchLatencyMs?: LatencyFigures;
  /** From a line being read to its event being counted; aggregate only. */
  eventLatencyMs?: LatencyFigures;
}

/** Percentiles, in milliseconds. */
export interface LatencyFigures {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Rounds milliseconds to microseconds. */
export function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
