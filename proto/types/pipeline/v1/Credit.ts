// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Batches dealt with since the last Credit. A receiver sends one at the latest
 * when these are a quarter of either window of the Opening; a sender relies on
 * it.
 */
export interface Credit {
  /**
   * Number of batches.
   */
  'batches'?: (number);
  /**
   * Their encoded size, in bytes.
   */
  'bytes'?: (number | string | Long);
}

/**
 * Batches dealt with since the last Credit. A receiver sends one at the latest
 * when these are a quarter of either window of the Opening; a sender relies on
 * it.
 */
export interface Credit__Output {
  /**
   * Number of batches.
   */
  'batches': (number);
  /**
   * Their encoded size, in bytes.
   */
  'bytes': (number);
}
