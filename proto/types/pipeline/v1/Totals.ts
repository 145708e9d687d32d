// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * What became of the events. events = rejected + filtered + counted.
 */
export interface Totals {
  /**
   * Lines read, but for those of white space only.
   */
  'events'?: (number | string | Long);
  /**
   * Lines refused.
   */
  'rejected'?: (number | string | Long);
  /**
   * Events dropped by the rules.
   */
  'filtered'?: (number | string | Long);
  /**
   * Values that had a fraction, which is cut; absent for none.
   */
  'fractionsCut'?: (number | string | Long);
  /**
   * Events of groups beyond Schema.max_groups; absent for none.
   */
  'other'?: (number | string | Long);
  /**
   * Events of windows that were closed already; absent for none. They are among
   * the rejected.
   */
  'late'?: (number | string | Long);
  '_fractionsCut'?: "fractionsCut";
  '_other'?: "other";
  '_late'?: "late";
}

/**
 * What became of the events. events = rejected + filtered + counted.
 */
export interface Totals__Output {
  /**
   * Lines read, but for those of white space only.
   */
  'events': (number);
  /**
   * Lines refused.
   */
  'rejected': (number);
  /**
   * Events dropped by the rules.
   */
  'filtered': (number);
  /**
   * Values that had a fraction, which is cut; absent for none.
   */
  'fractionsCut'?: (number);
  /**
   * Events of groups beyond Schema.max_groups; absent for none.
   */
  'other'?: (number);
  /**
   * Events of windows that were closed already; absent for none. They are among
   * the rejected.
   */
  'late'?: (number);
  '_fractionsCut'?: "fractionsCut";
  '_other'?: "other";
  '_late'?: "late";
}
