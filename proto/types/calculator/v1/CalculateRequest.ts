// Original file: calculator/v1/calculator.proto

import type { Operation as _calculator_v1_Operation, Operation__Output as _calculator_v1_Operation__Output } from '../../calculator/v1/Operation.ts';

/**
 * One calculation.
 */
export interface CalculateRequest {
  /**
   * The left operand, a finite number; no unit.
   */
  'operand1'?: (number | string);
  /**
   * The right operand, a finite number; no unit.
   */
  'operand2'?: (number | string);
  /**
   * What to do with them.
   */
  'operation'?: (_calculator_v1_Operation);
}

/**
 * One calculation.
 */
export interface CalculateRequest__Output {
  /**
   * The left operand, a finite number; no unit.
   */
  'operand1': (number);
  /**
   * The right operand, a finite number; no unit.
   */
  'operand2': (number);
  /**
   * What to do with them.
   */
  'operation': (_calculator_v1_Operation__Output);
}
