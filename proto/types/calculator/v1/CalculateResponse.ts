// Original file: calculator/v1/calculator.proto


/**
 * The answer to one calculation.
 */
export interface CalculateResponse {
  /**
   * The nearest double to the exact result; finite, no unit.
   */
  'result'?: (number | string);
}

/**
 * The answer to one calculation.
 */
export interface CalculateResponse__Output {
  /**
   * The nearest double to the exact result; finite, no unit.
   */
  'result': (number);
}
