// Original file: pipeline/v1/pipeline.proto

import type { TagCount as _pipeline_v1_TagCount, TagCount__Output as _pipeline_v1_TagCount__Output } from '../../pipeline/v1/TagCount.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * The aggregate of one event type.
 */
export interface Result {
  /**
   * The event type.
   */
  'key'?: (string);
  /**
   * Number of events.
   */
  'count'?: (number | string | Long);
  /**
   * Sum of the values, or of the scores for work items, as JSON number text
   * of any length.
   */
  'sum'?: (string);
  /**
   * Smallest value, likewise.
   */
  'min'?: (string);
  /**
   * Largest value, likewise.
   */
  'max'?: (string);
  /**
   * sum / count.
   */
  'avg'?: (number | string);
  /**
   * How often each tag had each value.
   */
  'tags'?: (_pipeline_v1_TagCount)[];
}

/**
 * The aggregate of one event type.
 */
export interface Result__Output {
  /**
   * The event type.
   */
  'key': (string);
  /**
   * Number of events.
   */
  'count': (number);
  /**
   * Sum of the values, or of the scores for work items, as JSON number text
   * of any length.
   */
  'sum': (string);
  /**
   * Smallest value, likewise.
   */
  'min': (string);
  /**
   * Largest value, likewise.
   */
  'max': (string);
  /**
   * sum / count.
   */
  'avg': (number);
  /**
   * How often each tag had each value.
   */
  'tags': (_pipeline_v1_TagCount__Output)[];
}
