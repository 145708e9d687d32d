/**
 * Says what of a rules file can never have an effect: a type that no event of
 * the run has, bounds that contradict each other, rules behind one that drops
 * everything. None of it is an error; most of it is a slip.
 *
 * @module
 */

import { parseTimestamp } from "../parse/timestamp.ts";
import { compileCondition, type Scalar } from "./condition.ts";
import type { Condition, Rule } from "./rules_file.ts";

/**
 * Returns the warnings, one a line.
 *
 * @param rules The rules, checked.
 * @param types The event types that the run knows.
 */
export function ruleWarnings(
  rules: readonly Rule[],
  types: readonly string[],
): string[] {
  const warnings: string[] = [];
  const nameOf = (at: number) => `rule ${at + 1} (${rules[at]!.name})`;
  const unlimited = rules.findIndex(({ when, drop }) =>
    drop === true && Object.keys(when).length === 0
  );
  rules.forEach(({ when }, at) => {
    if (unlimited >= 0 && at > unlimited) {
      warnings.push(
        `${nameOf(at)} is never reached: ${
          nameOf(unlimited)
        } drops every event`,
      );
      return;
    }
    for (const [field, condition] of Object.entries(when)) {
      const place = `${nameOf(at)}.when.${field}`;
      const unknown = field === "type"
        ? namedTypes(condition).filter((type) => !types.includes(type))
        : [];
      if (unknown.length > 0) {
        warnings.push(
          `${place} names ${
            unknown.map((type) => JSON.stringify(type)).join(", ")
          }, which is not among the types of this run: ${types.join(", ")}`,
        );
      } else if (!canBeMet(field, condition, types)) {
        warnings.push(
          `${place} can be met by no event: what it asks for contradicts itself`,
        );
      }
    }
  });
  return warnings;
}

/** The texts that a condition on a type compares with, but for bounds. */
function namedTypes(condition: Condition): string[] {
  const all = isTest(condition)
    ? [condition.eq, condition.ne, condition.in, condition.not_in]
    : [condition];
  return all.flat().filter((each) => typeof each === "string");
}

/**
 * True if some value meets the condition. Tries the values that it names and
 * those next to them: between two bounds there is one of these, or none.
 */
function canBeMet(
  field: string,
  condition: Condition,
  types: readonly string[],
): boolean {
  const test = compileCondition(field, condition);
  if (field === "type") return types.some(test);
  const named = operandsOf(condition).map((operand): Scalar =>
    field === "ts" && typeof operand === "string"
      ? parseTimestamp(operand)
      : operand
  );
  const numbers = named.filter((each) => typeof each === "number")
    .sort((a, b) => a - b);
  const isWhole = field === "value" || field === "ts";
  const next: Scalar[] = [
    ...numbers.flatMap((number, at) => [
      number,
      Math.floor(number),
      Math.ceil(number),
      Math.floor(number) + 1,
      Math.ceil(number) - 1,
      // Beyond 2^53 the ones above are the number itself.
      number * 2,
      Math.trunc(number / 2),
      ...numbers.slice(at + 1).map((above) =>
        number + (above - number) * 0.382
      ),
    ]).filter((number) => !isWhole || Number.isInteger(number)),
    ...isWhole ? [0] : [
      ...named.flatMap((each) =>
        typeof each === "string" ? [each, `${each}\0`] : []
      ),
      ...["", "\0", 0, 0.5, true, false, ...(field === "user" ? [] : [null])],
    ],
  ];
  return next.some(test);
}

function operandsOf(condition: Condition): (string | number | boolean)[] {
  if (!isTest(condition)) return [condition].flat();
  const { eq, ne, lt, lte, gt, gte, in: among = [], not_in = [] } = condition;
  return [eq, ne, lt, lte, gt, gte, ...among, ...not_in]
    .filter((each) => each !== undefined);
}

function isTest(
  condition: Condition,
): condition is Extract<Condition, { exists?: unknown }> {
  return typeof condition === "object" && !Array.isArray(condition);
}
