// Original file: pipeline/v1/run.proto

import type { Long } from '@grpc/proto-loader';

/**
 * How many lines or events were rejected by one stage for one reason.
 */
export interface RejectCount {
  /**
   * The reason; empty for all those beyond the first 50.
   */
  'reason'?: (string);
  'count'?: (number | string | Long);
  /**
   * The stage; empty where that is not known any more.
   */
  'stage'?: (string);
}

/**
 * How many lines or events were rejected by one stage for one reason.
 */
export interface RejectCount__Output {
  /**
   * The reason; empty for all those beyond the first 50.
   */
  'reason': (string);
  'count': (number);
  /**
   * The stage; empty where that is not known any more.
   */
  'stage': (string);
}
