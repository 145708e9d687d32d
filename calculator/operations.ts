/**
 * The four operations: how people write them, and what the contract calls them.
 *
 * @module
 */

import type { Operation__Output } from "../proto/calculator/contract.ts";

/** An operation that can be carried out. */
export type Operation = Exclude<Operation__Output, "OPERATION_UNSPECIFIED">;

/** What an operation is written as: first its symbol, then other ways. */
const SPELLINGS: Record<Operation, readonly [string, ...string[]]> = {
  OPERATION_ADD: ["+", "plus", "add"],
  OPERATION_SUBTRACT: ["-", "minus", "subtract", "−"],
  OPERATION_MULTIPLY: ["x", "*", "times", "multiply", "×"],
  OPERATION_DIVIDE: ["/", "over", "divide", "÷", ":"],
};

/** All operations, in the order of the contract. */
export const OPERATIONS = Object.keys(SPELLINGS) as Operation[];

/** The symbol that an operation is printed as. */
export function symbolOf(operation: Operation): string {
  return SPELLINGS[operation][0];
}

/** The operation that `text` stands for; undefined if none. */
export function operationOf(text: string): Operation | undefined {
  const wanted = text.toLowerCase();
  return OPERATIONS.find((each) => SPELLINGS[each].includes(wanted));
}

/** Every way to write an operation, for a message. */
export function spellings(): string {
  return Object.values(SPELLINGS).map((each) => each.slice(0, 3).join(" "))
    .join(", ");
}
