/**
 * Turns one condition of a rule into a test of one value.
 *
 * @module
 */

import { NO_TIMESTAMP, parseTimestamp } from "../parse/timestamp.ts";
import type { Scalar } from "./fields.ts";
import type { Condition } from "./rules_file.ts";

/**
 * Builds the test. Values of different kinds are never equal, and never less
 * or greater; a field that is not there meets only `ne`, `not_in` and
 * `exists: false`.
 *
 * @param isTime True for a time in milliseconds since 1970: what it is compared
 * with may be text.
 * @throws {RangeError} If that text is no date and time with zone.
 */
export function compileCondition(
  condition: Condition,
  isTime = false,
): (value: Scalar) => boolean {
  if (Array.isArray(condition)) {
    return compileCondition({ in: condition }, isTime);
  }
  if (typeof condition !== "object") {
    return compileCondition({ eq: condition }, isTime);
  }
  const operand = (value: string | number | boolean) =>
    isTime ? toTime(value) : value;
  const tests: ((value: Scalar) => boolean)[] = [];
  const { eq, ne, lt, lte, gt, gte, exists } = condition;
  if (eq !== undefined) {
    const wanted = operand(eq);
    tests.push((value) => value === wanted);
  }
  if (ne !== undefined) {
    const unwanted = operand(ne);
    tests.push((value) => value !== unwanted);
  }
  // Each with its own comparison: a shared one would be a call in each test.
  if (lt !== undefined) {
    const bound = operand(lt);
    tests.push((value) => isOfKind(value, bound) && value < bound);
  }
  if (lte !== undefined) {
    const bound = operand(lte);
    tests.push((value) => isOfKind(value, bound) && value <= bound);
  }
  if (gt !== undefined) {
    const bound = operand(gt);
    tests.push((value) => isOfKind(value, bound) && value > bound);
  }
  if (gte !== undefined) {
    const bound = operand(gte);
    tests.push((value) => isOfKind(value, bound) && value >= bound);
  }
  if (condition.in) {
    const wanted = new Set<Scalar>(condition.in.map(operand));
    tests.push((value) => wanted.has(value));
  }
  if (condition.not_in) {
    const unwanted = new Set<Scalar>(condition.not_in.map(operand));
    tests.push((value) => !unwanted.has(value));
  }
  if (exists !== undefined) tests.push((value) => (value !== null) === exists);
  const [only] = tests;
  return tests.length === 1
    ? only!
    : (value) => tests.every((test) => test(value));
}

function isOfKind(value: Scalar, bound: Scalar): value is string | number {
  return typeof value === typeof bound;
}

function toTime(value: string | number | boolean): number {
  const time = typeof value === "number"
    ? value
    : parseTimestamp(String(value));
  if (!Number.isNaN(time)) return time;
  throw new RangeError(`"${value}" ${NO_TIMESTAMP}`);
}
