// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A place in the input. Everything before it has been seen, nothing after it.
 */
export interface Position {
  /**
   * Number of the next event, counted from 0. Lines of white space only are
   * not events.
   */
  'event'?: (number | string | Long);
  /**
   * Offset of the next byte in the input. Of several inputs each has a range of
   * offsets of the same length, a power of two: the first from 0 on.
   */
  'offset'?: (number | string | Long);
  /**
   * Number of line ends before the offset in its input; the next line is number
   * line + 1.
   */
  'line'?: (number | string | Long);
}

/**
 * A place in the input. Everything before it has been seen, nothing after it.
 */
export interface Position__Output {
  /**
   * Number of the next event, counted from 0. Lines of white space only are
   * not events.
   */
  'event': (number);
  /**
   * Offset of the next byte in the input. Of several inputs each has a range of
   * offsets of the same length, a power of two: the first from 0 on.
   */
  'offset': (number);
  /**
   * Number of line ends before the offset in its input; the next line is number
   * line + 1.
   */
  'line': (number);
}
