// Original file: pipeline/v1/pipeline.proto

import type { Progress as _pipeline_v1_Progress, Progress__Output as _pipeline_v1_Progress__Output } from '../../pipeline/v1/Progress.ts';
import type { Finished as _pipeline_v1_Finished, Finished__Output as _pipeline_v1_Finished__Output } from '../../pipeline/v1/Finished.ts';
import type { Broken as _pipeline_v1_Broken, Broken__Output as _pipeline_v1_Broken__Output } from '../../pipeline/v1/Broken.ts';

/**
 * How a run is going.
 */
export interface RunUpdate {
  /**
   * The chain is open: the clock of the run starts.
   */
  'opened'?: (_pipeline_v1_Progress | null);
  /**
   * A few times a second.
   */
  'progress'?: (_pipeline_v1_Progress | null);
  /**
   * Last: the sink has committed.
   */
  'finished'?: (_pipeline_v1_Finished | null);
  /**
   * Last: the open chain has broken, or the run cannot go on. The call ends
   * well then: a client may drop what came before a call's failure, and where
   * the chain broke must be known.
   */
  'broken'?: (_pipeline_v1_Broken | null);
  'kind'?: "opened"|"progress"|"finished"|"broken";
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
   * A few times a second.
   */
  'progress'?: (_pipeline_v1_Progress__Output | null);
  /**
   * Last: the sink has committed.
   */
  'finished'?: (_pipeline_v1_Finished__Output | null);
  /**
   * Last: the open chain has broken, or the run cannot go on. The call ends
   * well then: a client may drop what came before a call's failure, and where
   * the chain broke must be known.
   */
  'broken'?: (_pipeline_v1_Broken__Output | null);
  'kind'?: "opened"|"progress"|"finished"|"broken";
}
