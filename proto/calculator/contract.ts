/**
 * The calculator's service.
 *
 * @module
 */

import { loadService } from "../contract.ts";
import type { CalculatorServiceDefinition } from "../types/calculator/v1/CalculatorService.ts";
import CALCULATOR_PROTO from "./v1/calculator.proto" with { type: "text" };

export type { CalculateRequest__Output } from "../types/calculator/v1/CalculateRequest.ts";
export type { Operation__Output } from "../types/calculator/v1/Operation.ts";

/** The service's full name, by which it is registered. */
export const CALCULATOR_SERVICE = "calculator.v1.CalculatorService";

export const CalculatorService = loadService<CalculatorServiceDefinition>(
  CALCULATOR_SERVICE,
  { "calculator/v1/calculator.proto": CALCULATOR_PROTO },
);
