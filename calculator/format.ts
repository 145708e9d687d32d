/**
 * How calculations are printed.
 *
 * @module
 */

import { type Operation, symbolOf } from "./operations.ts";

/** Decimal digits that every double holds; those after them are noise. */
const DIGITS = 15;

/** One calculation with its answer, and who gave it after how long. */
export interface Answer {
  operand1: number;
  operand2: number;
  operation: Operation;
  result: number;
  /** From the question to the answer, in milliseconds. */
  elapsedMs: number;
  /** The server that answered. */
  address: string;
}

/**
 * Writes a number as people do: whole numbers in full, others to 15
 * significant digits, so that 0.1 + 0.2 is 0.3.
 */
export function formatNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const rounded = Number(value.toPrecision(DIGITS));
  // The very largest doubles would be rounded up beyond them.
  return String(Number.isFinite(rounded) ? rounded : value);
}

/** Writes an answer, for example `12 x 3 = 36 (0.8 ms, 127.0.0.1:5555)`. */
export function formatAnswer(answer: Answer): string {
  const { operand1, operand2, operation, result, elapsedMs, address } = answer;
  return `${formatNumber(operand1)} ${symbolOf(operation)} ${
    formatNumber(operand2)
  } = ${formatNumber(result)} (${elapsedMs.toFixed(1)} ms, ${address})`;
}
