// Original file: pipeline/v1/pipeline.proto

import type { Progress as _pipeline_v1_Progress, Progress__Output as _pipeline_v1_Progress__Output } from '../../pipeline/v1/Progress.ts';
import type { Finished as _pipeline_v1_Finished, Finished__Output as _pipeline_v1_Finished__Output } from '../../pipeline/v1/Finished.ts';

/**
 * How a run is going.
 */
export interface RunUpdate {
  /**
   * The chain is open: the clock of the run starts.
   */
  'opened'?: (_pipeline_v1_Progress | null);
  /**
   * A few times a second, and when the chain breaks.
   */
  'progress'?: (_pipeline_v1_Progress | null);
  /**
   * Last: the sink has committed.
   */
  'finished'?: (_pipeline_v1_Finished | null);
  'kind'?: "opened"|"progress"|"finished";
}

/**
 * How a run is going.
 */
export interface RunUpdate__Output {
  /**
   * The chain is open: the clock of the run starts.
   */
  'opened'?: (_pipeline_v1_Progress__Output | null);
  /**
   * A few times a second, and when the chain breaks.
   */
  'progress'?: (_pipeline_v1_Progress__Output | null);
  /**
   * Last: the sink has committed.
   */
  'finished'?: (_pipeline_v1_Finished__Output | null);
  'kind'?: "opened"|"progress"|"finished";
}
