// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * How often one tag had one value.
 */
export interface TagCount {
  /**
   * The tag's name.
   */
  'tag'?: (string);
  /**
   * Its value.
   */
  'value'?: (string);
  /**
   * Number of events.
   */
  'count'?: (number | string | Long);
}

/**
 * How often one tag had one value.
 */
export interface TagCount__Output {
  /**
   * The tag's name.
   */
  'tag': (string);
  /**
   * Its value.
   */
  'value': (string);
  /**
   * Number of events.
   */
  'count': (number);
}
