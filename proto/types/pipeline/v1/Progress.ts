// Original file: pipeline/v1/pipeline.proto

import type { Position as _pipeline_v1_Position, Position__Output as _pipeline_v1_Position__Output } from '../../pipeline/v1/Position.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * How far a run is.
 */
export interface Progress {
  /**
   * What has been sent to parse.
   */
  'sent'?: (_pipeline_v1_Position | null);
  /**
   * The size of the input in bytes; 0 when it is not known.
   */
  'inputBytes'?: (number | string | Long);
  /**
   * What has been saved.
   */
  'committed'?: (_pipeline_v1_Position | null);
  /**
   * How much of input_bytes it took to give what is before `sent`. Of a
   * compressed input that is less than the offset.
   */
  'doneBytes'?: (number | string | Long);
}

/**
 * How far a run is.
 */
export interface Progress__Output {
  /**
   * What has been sent to parse.
   */
  'sent': (_pipeline_v1_Position__Output | null);
  /**
   * The size of the input in bytes; 0 when it is not known.
   */
  'inputBytes': (number);
  /**
   * What has been saved.
   */
  'committed': (_pipeline_v1_Position__Output | null);
  /**
   * How much of input_bytes it took to give what is before `sent`. Of a
   * compressed input that is less than the offset.
   */
  'doneBytes': (number);
}
