// Original file: pipeline/v1/pipeline.proto

import type { Long } from '@grpc/proto-loader';

/**
 * What is known of one value of a group.
 */
export interface Figures {
  /**
   * Number of events that have it.
   */
  'count'?: (number | string | Long);
  /**
   * Sum of the values, or of the scores for work items, as JSON number text
   * of any length.
   */
  'sum'?: (string);
  /**
   * Smallest value, likewise; empty where no event has one.
   */
  'min'?: (string);
  /**
   * Largest value, likewise.
   */
  'max'?: (string);
  /**
   * sum / count; absent where no event has a value.
   */
  'avg'?: (number | string);
  /**
   * The percentiles of ValueField.of, in their order, as JSON number text; none
   * where no event has a value.
   */
  'percentiles'?: (string)[];
  '_avg'?: "avg";
}

/**
 * What is known of one value of a group.
 */
export interface Figures__Output {
  /**
   * Number of events that have it.
   */
  'count': (number);
  /**
   * Sum of the values, or of the scores for work items, as JSON number text
   * of any length.
   */
  'sum': (string);
  /**
   * Smallest value, likewise; empty where no event has one.
   */
  'min': (string);
  /**
   * Largest value, likewise.
   */
  'max': (string);
  /**
   * sum / count; absent where no event has a value.
   */
  'avg'?: (number);
  /**
   * The percentiles of ValueField.of, in their order, as JSON number text; none
   * where no event has a value.
   */
  'percentiles': (string)[];
  '_avg'?: "avg";
}
