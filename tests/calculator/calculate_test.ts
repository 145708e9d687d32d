import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { calculate, type Calculation } from "../../calculator/calculate.ts";
import { OPERATIONS } from "../../calculator/operations.ts";
import { Fault } from "../../runtime/program/errors.ts";

type Row = [number, Calculation["operation"], number];

const ANSWERS: [...Row, number][] = [
  [6, "OPERATION_ADD", 7, 13],
  [6, "OPERATION_SUBTRACT", 7, -1],
  [6, "OPERATION_MULTIPLY", 7, 42],
  [6, "OPERATION_DIVIDE", 4, 1.5],
  [0, "OPERATION_DIVIDE", 5, 0],
  [0, "OPERATION_MULTIPLY", -5, 0],
  [-0, "OPERATION_ADD", -0, 0],
  [1e-300, "OPERATION_MULTIPLY", 1e-300, 0],
  [0.1, "OPERATION_ADD", 0.2, 0.1 + 0.2],
  [Number.MAX_VALUE, "OPERATION_SUBTRACT", Number.MAX_VALUE, 0],
];

for (const [operand1, operation, operand2, wanted] of ANSWERS) {
  Deno.test(`calculate() ${operand1} ${operation} ${operand2} is ${wanted}`, () => {
    const result = calculate({ operand1, operation, operand2 });

    assertEquals(result, wanted);
    assertEquals(Object.is(result, -0), false);
  });
}

const REFUSALS: [...Row, RegExp][] = [
  [7, "OPERATION_DIVIDE", 0, /^Cannot divide 7: the divisor is 0$/],
  [7, "OPERATION_DIVIDE", -0, /^Cannot divide 7: the divisor is 0$/],
  [0, "OPERATION_DIVIDE", 0, /^Cannot divide 0: the divisor is 0$/],
  [1, "OPERATION_UNSPECIFIED", 1, /with operation "OPERATION_UNSPECIFIED"/],
  // A number that the contract does not name arrives as it is.
  [1, 9 as unknown as Row[1], 1, /with operation "9": operations are/],
  [NaN, "OPERATION_ADD", 1, /with operand NaN: it must be a finite number/],
  [1, "OPERATION_ADD", Infinity, /with operand Infinity/],
  [1e308, "OPERATION_ADD", 1e308, /1e\+308 \+ 1e\+308: the result is too/],
  [1e200, "OPERATION_MULTIPLY", -1e200, /the result is too large/],
  [1e300, "OPERATION_DIVIDE", 1e-300, /the result is too large/],
];

for (const [operand1, operation, operand2, message] of REFUSALS) {
  Deno.test(`calculate() refuses ${operand1} ${operation} ${operand2}`, () => {
    const fault = assertThrows(
      () => calculate({ operand1, operation, operand2 }),
      Fault,
    );

    assertEquals(fault.code, "invalid");
    assertMatch(fault.message, message);
  });
}

Deno.test("calculate() gives a finite number or a fault, whatever it is given", () => {
  fc.assert(
    fc.property(
      fc.double(),
      fc.double(),
      fc.constantFrom(...OPERATIONS),
      (operand1, operand2, operation) => {
        try {
          const result = calculate({ operand1, operand2, operation });
          return Number.isFinite(result) && !Object.is(result, -0);
        } catch (error) {
          return error instanceof Fault && error.code === "invalid";
        }
      },
    ),
  );
});
