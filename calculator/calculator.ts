/**
 * Calls the calculator, whichever of its servers is there.
 *
 * client.ts and `deno task calculate` use it.
 *
 * @module
 */

import type { UnaryOptions } from "denizen";
import { connectService } from "denizen/broker";
import {
  CALCULATOR_SERVICE,
  CalculatorService,
} from "../proto/calculator/contract.ts";
import type { Answer } from "./format.ts";
import type { Operation } from "./operations.ts";

/** One calculation to be carried out. */
export interface Question {
  operand1: number;
  operand2: number;
  operation: Operation;
}

/** The calculator, as its callers see it. */
export interface Calculator {
  /** Carries out one calculation. @throws {Fault} */
  calculate(question: Question, options?: UnaryOptions): Promise<Answer>;
  /** Closes the connections. For tests; a process keeps them. */
  close(): void;
}

/** Connects to all calculator servers that the broker knows. */
export function connectCalculator(broker: string): Calculator {
  const connection = connectService(CALCULATOR_SERVICE, broker);
  return {
    async calculate(question, options = {}) {
      let address = "";
      const startedAtMs = performance.now();
      const { result } = await connection.unary(
        CalculatorService.Calculate,
        question,
        { ...options, onPeer: (peer) => address = peer },
      );
      const elapsedMs = performance.now() - startedAtMs;
      return { ...question, result, elapsedMs, address };
    },
    close: connection.close,
  };
}
