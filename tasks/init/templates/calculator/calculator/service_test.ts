/** Starts a calculator on a free port and calls it, as any client would. */

import { deepEqual, equal, rejects } from "node:assert/strict";
import { connect, type Connection, Fault, serve } from "denizen";
import {
  CALCULATOR_SERVICE,
  CalculatorService,
} from "../proto/calculator/contract.ts";
import { calculatorService } from "./service.ts";

Deno.test("Calculate multiplies", () =>
  withCalculator(async (calculator) => {
    const answer = await calculator.unary(CalculatorService.Calculate, {
      operand1: 6,
      operand2: 7,
      operation: "OPERATION_MULTIPLY",
    });

    deepEqual(answer, { result: 42 });
  }));

Deno.test("Calculate refuses to divide by zero", () =>
  withCalculator(async (calculator) => {
    await rejects(
      calculator.unary(CalculatorService.Calculate, {
        operand1: 7,
        operand2: 0,
        operation: "OPERATION_DIVIDE",
      }),
      (error) => {
        equal(error instanceof Fault && error.code, "invalid");
        return true;
      },
    );
  }));

/** Serves for as long as a test runs. */
async function withCalculator(test: (calculator: Connection) => Promise<void>) {
  const served = await serve({
    address: "127.0.0.1:0",
    services: { [CALCULATOR_SERVICE]: calculatorService() },
  });
  const calculator = connect(served.address);
  try {
    await test(calculator);
  } finally {
    calculator.close();
    await served.stop();
  }
}
