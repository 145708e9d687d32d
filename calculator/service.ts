/**
 * The calculator's gRPC method.
 *
 * @module
 */

import { implement, type Implementation, unary } from "denizen";
import { CalculatorService } from "../proto/calculator/contract.ts";
import { calculate } from "./calculate.ts";

/** Builds `calculator.v1.CalculatorService`. */
export function calculatorService(): Implementation {
  return implement(CalculatorService, {
    Calculate: unary((request) => ({ result: calculate(request) })),
  });
}
