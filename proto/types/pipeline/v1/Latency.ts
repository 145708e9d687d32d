// Original file: pipeline/v1/pipeline.proto


/**
 * Percentiles, in milliseconds.
 */
export interface Latency {
  'p50Ms'?: (number | string);
  'p95Ms'?: (number | string);
  'p99Ms'?: (number | string);
  'maxMs'?: (number | string);
}

/**
 * Percentiles, in milliseconds.
 */
export interface Latency__Output {
  'p50Ms': (number);
  'p95Ms': (number);
  'p99Ms': (number);
  'maxMs': (number);
}
