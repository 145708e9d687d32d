import { assertEquals } from "@std/assert";
import {
  operationOf,
  OPERATIONS,
  symbolOf,
} from "../../calculator/operations.ts";

for (
  const [operation, spellings] of [
    ["OPERATION_ADD", ["+", "plus", "add", "Plus"]],
    ["OPERATION_SUBTRACT", ["-", "minus", "subtract"]],
    ["OPERATION_MULTIPLY", ["x", "X", "*", "times", "multiply", "×"]],
    ["OPERATION_DIVIDE", ["/", "over", "divide", "÷", ":"]],
  ] as const
) {
  Deno.test(`operationOf() reads ${spellings.join(", ")} as ${operation}`, () => {
    assertEquals(spellings.map(operationOf), spellings.map(() => operation));
  });
}

Deno.test("operationOf() does not make up a meaning", () => {
  assertEquals(["", "mod", "**", "OPERATION_ADD"].map(operationOf), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("symbolOf() gives each operation a symbol that operationOf() reads", () => {
  assertEquals(OPERATIONS.map(symbolOf), ["+", "-", "x", "/"]);
  assertEquals(OPERATIONS.map(symbolOf).map(operationOf), OPERATIONS);
});
