// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * What becomes of the results up to here.
 */
export interface Interim {
  /**
   * How many of the results so far, from the first on, are of closed windows.
   * The sink keeps them: they never change, and are not sent again. It forgets
   * the others.
   */
  'closed'?: (number | string | Long);
}

/**
 * What becomes of the results up to here.
 */
export interface Interim__Output {
  /**
   * How many of the results so far, from the first on, are of closed windows.
   * The sink keeps them: they never change, and are not sent again. It forgets
   * the others.
   */
  'closed': (number);
}
