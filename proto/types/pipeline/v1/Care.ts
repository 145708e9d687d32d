// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * How to go through a part of the input that a stage may die of: one batch at
 * a time, each saved before the next is sent.
 */
export interface Care {
  /**
   * Most events in a batch, from 1.
   */
  'batch'?: (number);
  /**
   * Where the part ends, as an offset in the input.
   */
  'until'?: (number | string | Long);
}

/**
 * How to go through a part of the input that a stage may die of: one batch at
 * a time, each saved before the next is sent.
 */
export interface Care__Output {
  /**
   * Most events in a batch, from 1.
   */
  'batch': (number);
  /**
   * Where the part ends, as an offset in the input.
   */
  'until': (number);
}
