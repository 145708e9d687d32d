// Original file: calculator/v1/calculator.proto

/**
 * What can be done with two operands.
 */
export const Operation = {
  /**
   * No operation was given; refused.
   */
  OPERATION_UNSPECIFIED: 'OPERATION_UNSPECIFIED',
  /**
   * operand1 + operand2
   */
  OPERATION_ADD: 'OPERATION_ADD',
  /**
   * operand1 - operand2
   */
  OPERATION_SUBTRACT: 'OPERATION_SUBTRACT',
  /**
   * operand1 x operand2
   */
  OPERATION_MULTIPLY: 'OPERATION_MULTIPLY',
  /**
   * operand1 / operand2
   */
  OPERATION_DIVIDE: 'OPERATION_DIVIDE',
} as const;

/**
 * What can be done with two operands.
 */
export type Operation =
  /**
   * No operation was given; refused.
   */
  | 'OPERATION_UNSPECIFIED'
  | 0
  /**
   * operand1 + operand2
   */
  | 'OPERATION_ADD'
  | 1
  /**
   * operand1 - operand2
   */
  | 'OPERATION_SUBTRACT'
  | 2
  /**
   * operand1 x operand2
   */
  | 'OPERATION_MULTIPLY'
  | 3
  /**
   * operand1 / operand2
   */
  | 'OPERATION_DIVIDE'
  | 4

/**
 * What can be done with two operands.
 */
export type Operation__Output = typeof Operation[keyof typeof Operation]
