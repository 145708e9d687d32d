/**
 * The calculation itself.
 *
 * @module
 */

import { Fault } from "denizen";
import type { CalculateRequest__Output } from "../proto/calculator/contract.ts";
import { formatNumber } from "./format.ts";
import { type Operation, OPERATIONS, symbolOf } from "./operations.ts";

/** One calculation, as a caller sent it. */
export type Calculation = Readonly<CalculateRequest__Output>;

/**
 * Carries out one calculation.
 *
 * @returns The nearest double to the result; always finite, and never -0.
 * @throws {Fault} `invalid` for an operand that is not finite, an operation
 * that is not known, a division by zero, and a result beyond the doubles.
 */
export function calculate(
  { operand1, operand2, operation }: Calculation,
): number {
  if (!isOperation(operation)) {
    throw new Fault(
      "invalid",
      `Cannot calculate with operation "${operation}": operations are ${
        OPERATIONS.join(", ")
      }`,
    );
  }
  for (const operand of [operand1, operand2]) {
    if (!Number.isFinite(operand)) {
      throw new Fault(
        "invalid",
        `Cannot calculate with operand ${operand}: it must be a finite number`,
      );
    }
  }
  if (operation === "OPERATION_DIVIDE" && operand2 === 0) {
    throw new Fault(
      "invalid",
      `Cannot divide ${formatNumber(operand1)}: the divisor is 0`,
    );
  }
  const result = resultOf(operation, operand1, operand2);
  if (!Number.isFinite(result)) {
    throw new Fault(
      "invalid",
      `Cannot calculate ${formatNumber(operand1)} ${symbolOf(operation)} ${
        formatNumber(operand2)
      }: the result is too large`,
    );
  }
  // A sum with 0 turns -0, which nobody expects to read, into 0.
  return result + 0;
}

function resultOf(operation: Operation, a: number, b: number): number {
  switch (operation) {
    case "OPERATION_ADD":
      return a + b;
    case "OPERATION_SUBTRACT":
      return a - b;
    case "OPERATION_MULTIPLY":
      return a * b;
    case "OPERATION_DIVIDE":
      return a / b;
  }
}

function isOperation(name: string): name is Operation {
  return OPERATIONS.some((each) => each === name);
}
