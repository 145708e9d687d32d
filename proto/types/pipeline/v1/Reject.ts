// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A line that is not an event, or an event that cannot be worked on.
 */
export interface Reject {
  /**
   * The line's number in the input, from 1.
   */
  'line'?: (number | string | Long);
  /**
   * The offset of the line's first byte, as in Position.
   */
  'offset'?: (number | string | Long);
  /**
   * The stage that refused it.
   */
  'stage'?: (string);
  /**
   * Why, in words that do not depend on the program's version.
   */
  'reason'?: (string);
  /**
   * The line without its line end, cut at 4 KiB.
   */
  'text'?: (Buffer | Uint8Array | string);
  /**
   * The length of the whole line, in bytes.
   */
  'length'?: (number | string | Long);
}

/**
 * A line that is not an event, or an event that cannot be worked on.
 */
export interface Reject__Output {
  /**
   * The line's number in the input, from 1.
   */
  'line': (number);
  /**
   * The offset of the line's first byte, as in Position.
   */
  'offset': (number);
  /**
   * The stage that refused it.
   */
  'stage': (string);
  /**
   * Why, in words that do not depend on the program's version.
   */
  'reason': (string);
  /**
   * The line without its line end, cut at 4 KiB.
   */
  'text': (Buffer);
  /**
   * The length of the whole line, in bytes.
   */
  'length': (number);
}
