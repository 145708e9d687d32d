// Original file: pipeline/v1/pipeline.proto

import type { Position as _pipeline_v1_Position, Position__Output as _pipeline_v1_Position__Output } from '../../pipeline/v1/Position.ts';
import type { RuleField as _pipeline_v1_RuleField, RuleField__Output as _pipeline_v1_RuleField__Output } from '../../pipeline/v1/RuleField.ts';

/**
 * Where a sender starts, and what its events must carry.
 */
export interface Resume {
  /**
   * Send from here.
   */
  'position'?: (_pipeline_v1_Position | null);
  /**
   * The fields that the rules read besides the keys and the values.
   * EventBatch.columns is in this order.
   */
  'fields'?: (_pipeline_v1_RuleField)[];
}

/**
 * Where a sender starts, and what its events must carry.
 */
export interface Resume__Output {
  /**
   * Send from here.
   */
  'position': (_pipeline_v1_Position__Output | null);
  /**
   * The fields that the rules read besides the keys and the values.
   * EventBatch.columns is in this order.
   */
  'fields': (_pipeline_v1_RuleField__Output)[];
}
