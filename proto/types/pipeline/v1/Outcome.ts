// Original file: pipeline/v1/pipeline.proto

import type { Totals as _pipeline_v1_Totals, Totals__Output as _pipeline_v1_Totals__Output } from '../../pipeline/v1/Totals.ts';
import type { Result as _pipeline_v1_Result, Result__Output as _pipeline_v1_Result__Output } from '../../pipeline/v1/Result.ts';

/**
 * How the run ended.
 */
export interface Outcome {
  /**
   * The totals at the end of the input.
   */
  'totals'?: (_pipeline_v1_Totals | null);
  /**
   * One for each type that has events, by key. Empty when the run failed.
   */
  'results'?: (_pipeline_v1_Result)[];
  /**
   * Set when there were more rejects than allowed: the sink keeps the rejects
   * and writes no results.
   */
  'tooManyRejects'?: (boolean);
}

/**
 * How the run ended.
 */
export interface Outcome__Output {
  /**
   * The totals at the end of the input.
   */
  'totals': (_pipeline_v1_Totals__Output | null);
  /**
   * One for each type that has events, by key. Empty when the run failed.
   */
  'results': (_pipeline_v1_Result__Output)[];
  /**
   * Set when there were more rejects than allowed: the sink keeps the rejects
   * and writes no results.
   */
  'tooManyRejects': (boolean);
}
