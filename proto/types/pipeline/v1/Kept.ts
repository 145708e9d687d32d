// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * The unfinished rejects file, up to a place in the input.
 */
export interface Kept {
  /**
   * Its length, in bytes.
   */
  'bytes'?: (number | string | Long);
  /**
   * Tells the file from any other, whatever its name; empty where the system
   * cannot tell.
   */
  'file'?: (string);
}

/**
 * The unfinished rejects file, up to a place in the input.
 */
export interface Kept__Output {
  /**
   * Its length, in bytes.
   */
  'bytes': (number);
  /**
   * Tells the file from any other, whatever its name; empty where the system
   * cannot tell.
   */
  'file': (string);
}
