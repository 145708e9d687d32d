// Original file: pipeline/v1/pipeline.proto

import type { ExactValue as _pipeline_v1_ExactValue, ExactValue__Output as _pipeline_v1_ExactValue__Output } from '../../pipeline/v1/ExactValue.ts';

/**
 * One value of the events of a batch.
 */
export interface ValueColumn {
  /**
   * Each event's value, NaN where it has none. Integers are truncated; where an
   * ExactValue exists this is the nearest double.
   */
  'value'?: (number | string)[];
  /**
   * The integers that a double cannot hold exactly, by ascending row.
   */
  'exact'?: (_pipeline_v1_ExactValue)[];
}

/**
 * One value of the events of a batch.
 */
export interface ValueColumn__Output {
  /**
   * Each event's value, NaN where it has none. Integers are truncated; where an
   * ExactValue exists this is the nearest double.
   */
  'value': (number)[];
  /**
   * The integers that a double cannot hold exactly, by ascending row.
   */
  'exact': (_pipeline_v1_ExactValue__Output)[];
}
