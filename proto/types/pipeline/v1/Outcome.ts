// Original file: pipeline/v1/pipeline.proto

import type { Totals as _pipeline_v1_Totals, Totals__Output as _pipeline_v1_Totals__Output } from '../../pipeline/v1/Totals.ts';

/**
 * How the run ended.
 */
export interface Outcome {
  /**
   * The totals at the end of the input.
   */
  'totals'?: (_pipeline_v1_Totals | null);
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
   * Set when there were more rejects than allowed: the sink keeps the rejects
   * and writes no results.
   */
  'tooManyRejects': (boolean);
}
