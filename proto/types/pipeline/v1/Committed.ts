// Original file: pipeline/v1/pipeline.proto

import type { Position as _pipeline_v1_Position, Position__Output as _pipeline_v1_Position__Output } from '../../pipeline/v1/Position.ts';
import type { Kept as _pipeline_v1_Kept, Kept__Output as _pipeline_v1_Kept__Output } from '../../pipeline/v1/Kept.ts';

/**
 * What no crash takes back.
 */
export interface Committed {
  /**
   * Everything before it is safe.
   */
  'position'?: (_pipeline_v1_Position | null);
  /**
   * The rejects before it. Set by sink only.
   */
  'kept'?: (_pipeline_v1_Kept | null);
}

/**
 * What no crash takes back.
 */
export interface Committed__Output {
  /**
   * Everything before it is safe.
   */
  'position': (_pipeline_v1_Position__Output | null);
  /**
   * The rejects before it. Set by sink only.
   */
  'kept': (_pipeline_v1_Kept__Output | null);
}
