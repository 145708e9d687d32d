// Original file: pipeline/v1/pipeline.proto


/**
 * An integer beyond 2^53.
 */
export interface ExactValue {
  /**
   * The event's row.
   */
  'row'?: (number);
  /**
   * The integer in decimal.
   */
  'decimal'?: (string);
}

/**
 * An integer beyond 2^53.
 */
export interface ExactValue__Output {
  /**
   * The event's row.
   */
  'row': (number);
  /**
   * The integer in decimal.
   */
  'decimal': (string);
}
