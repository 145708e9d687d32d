// Original file: pipeline/v1/pipeline.proto

import type { Care as _pipeline_v1_Care, Care__Output as _pipeline_v1_Care__Output } from '../../pipeline/v1/Care.ts';

/**
 * What to run.
 */
export interface RunRequest {
  /**
   * Names the run. Asked for again, it goes on from what has been saved.
   */
  'run'?: (string);
  /**
   * Most events in a batch, from 1. A batch also ends at 1 MiB of lines.
   */
  'batch'?: (number);
  /**
   * Set when a stage keeps dying in the same part of the input.
   */
  'care'?: (_pipeline_v1_Care | null);
}

/**
 * What to run.
 */
export interface RunRequest__Output {
  /**
   * Names the run. Asked for again, it goes on from what has been saved.
   */
  'run': (string);
  /**
   * Most events in a batch, from 1. A batch also ends at 1 MiB of lines.
   */
  'batch': (number);
  /**
   * Set when a stage keeps dying in the same part of the input.
   */
  'care': (_pipeline_v1_Care__Output | null);
}
