// Original file: pipeline/v1/pipeline.proto

import type { Position as _pipeline_v1_Position, Position__Output as _pipeline_v1_Position__Output } from '../../pipeline/v1/Position.ts';

/**
 * Where a sender starts, and what its events must carry.
 */
export interface Resume {
  /**
   * Send from here.
   */
  'position'?: (_pipeline_v1_Position | null);
  /**
   * The fields besides type and value that the rules read: "ts", "user" or
   * "metadata.<name>". EventBatch.columns is in this order.
   */
  'fields'?: (string)[];
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
   * The fields besides type and value that the rules read: "ts", "user" or
   * "metadata.<name>". EventBatch.columns is in this order.
   */
  'fields': (string)[];
}
