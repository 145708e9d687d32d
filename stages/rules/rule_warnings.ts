/**
 * Says what of a rules file can never have an effect: a key that no event of the
 * run has, bounds that contradict each other, rules behind one that drops
 * everything. None of it is an error; most of it is a slip.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import { parseTimestamp } from "../parse/timestamp.ts";
import { compileCondition } from "./condition.ts";
import { formatField } from "../schema/schema.ts";
import { type Field, findField, readScalars, type Scalar } from "./fields.ts";
import type { Condition, Rule } from "./rules_file.ts";

/**
 * Returns the warnings, one a line.
 *
 * @param rules The rules, checked.
 * @param schema What the events are.
 */
export function ruleWarnings(
  rules: readonly Rule[],
  schema: Schema,
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
    for (const [name, condition] of Object.entries(when)) {
      const place = `${nameOf(at)}.when.${name}`;
      const field = findField(name, schema);
      const possible = possibleValues(field, schema);
      const unknown = possible
        ? namedValues(condition).filter((value) => !possible.includes(value))
        : [];
      if (unknown.length > 0) {
        warnings.push(`${place} names ${notAmong(unknown, field, schema)}`);
      } else if (!canBeMet(field, condition, schema)) {
        warnings.push(
          `${place} can be met by no event: what it asks for contradicts itself`,
        );
      }
    }
  });
  return warnings;
}

/** All that a field can be, where the schema says so. */
function possibleValues(
  { from, number }: Field,
  { keys, builtIn }: Schema,
): Scalar[] | undefined {
  if (from !== "key") return undefined;
  const { oneOf } = keys[number]!;
  return builtIn || oneOf.length > 0 ? readScalars(oneOf) : undefined;
}

function notAmong(
  values: readonly Scalar[],
  { number }: Field,
  { keys, builtIn }: Schema,
): string {
  const { path, oneOf } = keys[number]!;
  const named = values.map((value) => JSON.stringify(value)).join(", ");
  return builtIn
    ? `${named}, which is not among the types of this run: ${
      readScalars(oneOf).join(", ")
    }`
    : `${named}, which is not among what ${formatField(path)} can be: ${
      oneOf.join(", ")
    }`;
}

/** What a condition compares with, but for bounds. */
function namedValues(condition: Condition): (string | number | boolean)[] {
  const all = isTest(condition)
    ? [condition.eq, condition.ne, condition.in, condition.not_in]
    : [condition];
  return all.flat().filter((each) => each !== undefined);
}

/**
 * True if some value meets the condition. Tries the values that it names and
 * those next to them: between two bounds there is one of these, or none.
 */
function canBeMet(
  field: Field,
  condition: Condition,
  schema: Schema,
): boolean {
  const { kind, isRequired } = field;
  const test = compileCondition(condition, kind === "time");
  const possible = possibleValues(field, schema);
  if (possible) return possible.some(test);
  const named = operandsOf(condition).map((operand): Scalar =>
    kind === "time" && typeof operand === "string"
      ? parseTimestamp(operand)
      : operand
  );
  const texts = named.filter((each) => typeof each === "string");
  const numbers = named.filter((each) => typeof each === "number");
  const next: Record<Field["kind"], Scalar[]> = {
    time: numbersNear(numbers, isWhole(field, schema)),
    number: numbersNear(numbers, isWhole(field, schema)),
    text: textsNear(texts),
    boolean: [true, false],
    any: [
      ...numbersNear(numbers, false),
      ...textsNear(texts),
      ...[true, false],
    ],
  };
  return next[kind].some(test) || !isRequired && test(null);
}

/** True for a number that has no fraction. */
function isWhole(
  { kind, from, number }: Field,
  { time, values }: Schema,
): boolean {
  return kind === "time"
    ? time?.format === "rfc3339"
    : from === "value" && values[number]!.as === "integer";
}

function textsNear(texts: readonly string[]): string[] {
  return ["", "\0", ...texts.flatMap((text) => [text, `${text}\0`])];
}

function numbersNear(named: readonly number[], areWhole: boolean): number[] {
  const numbers = named.toSorted((a, b) => a - b);
  const near = numbers.flatMap((number, at) => [
    number,
    Math.floor(number),
    Math.ceil(number),
    Math.floor(number) + 1,
    Math.ceil(number) - 1,
    // Beyond 2^53 the ones above are the number itself.
    number * 2,
    Math.trunc(number / 2),
    ...numbers.slice(at + 1).map((above) => number + (above - number) * 0.382),
  ]);
  return [0, 0.5, ...near]
    .filter((number) => !areWhole || Number.isInteger(number));
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
