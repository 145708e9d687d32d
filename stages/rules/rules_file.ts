/**
 * The shape of a rules file. The schema is the only definition: types and
 * problems come from it; rules_problems.ts puts the problems into words.
 *
 * @module
 */

import * as z from "zod";
import { UsageError } from "../../runtime/program/errors.ts";
import type { Schema } from "../../proto/pipeline/batches.ts";
import { isTimestamp } from "../parse/timestamp.ts";
import { builtInSchema, formatField } from "../schema/schema.ts";
import {
  type FieldKind,
  findField,
  isField,
  readScalars,
  settableKeys,
} from "./fields.ts";
import { describeProblems, type Known } from "./rules_problems.ts";
import { type IsText, readRulesYaml } from "./rules_yaml.ts";

const TEXT = z.string({ error: "expected text" });
const NUMBER = z.number({ error: "expected a number" });
const BOOLEAN = z.boolean({ error: "expected true or false" });

const SCALAR = z.union([TEXT, NUMBER, BOOLEAN], {
  error: "expected text, a number, true or false",
});

const ORDERED = z.union([TEXT, NUMBER], { error: "expected text or a number" });

/** As in an event; a number is milliseconds since 1970. */
const TIME_EXPECTED = "a date and time with zone, such as 2026-01-31T12:00:00Z";
const TIME = z.union([
  z.string().refine(isTimestamp, { error: `expected ${TIME_EXPECTED}` }),
  z.number(),
], { error: `expected ${TIME_EXPECTED}` });

/** The schema passes over this key, as if it were not there. */
const HIDDEN_KEY = "__proto__";

/** Any mapping, none of its keys hidden. */
const RECORD = z.unknown().superRefine((value, context) => {
  if (!isMapping(value) || !Object.hasOwn(value as object, HIDDEN_KEY)) return;
  context.addIssue({
    code: "unrecognized_keys",
    keys: [HIDDEN_KEY],
    input: value as Record<string, unknown>,
  });
}).pipe(z.record(z.string(), z.unknown()));

/**
 * What a condition may say of a field: a value, a list of values, or a test, of
 * which all that is given must hold.
 */
function conditionOn<
  Operand extends z.ZodType<string | number | boolean>,
  Bound extends z.ZodType<string | number>,
>(operand: Operand, bound: Bound, expected: string) {
  // Not by the length, which a text has too.
  const list = z.array(operand, { error: "expected a list" })
    .refine(({ length }) => length > 0, "expected at least one value");
  const test = z.strictObject({
    eq: operand.optional(),
    ne: operand.optional(),
    lt: bound.optional(),
    lte: bound.optional(),
    gt: bound.optional(),
    gte: bound.optional(),
    in: list.optional(),
    not_in: list.optional(),
    exists: BOOLEAN.optional(),
  }).refine((test) => Object.keys(test).length > 0, {
    message: `expected at least one of ${TEST_KEYS.join(", ")}`,
  });
  return z.union([operand, list, RECORD.pipe(test)], {
    error: `expected ${expected}, a list of them, or a test such as {ne: ...}`,
  });
}

const TEST_KEYS = [
  "eq",
  "ne",
  "lt",
  "lte",
  "gt",
  "gte",
  "in",
  "not_in",
  "exists",
];

const ANY = conditionOn(SCALAR, ORDERED, "a value");

/** Values of different kinds are never equal: refuse what could never match. */
const CONDITION_ON: Record<FieldKind, z.ZodType<Condition>> = {
  text: conditionOn(TEXT, TEXT, "text"),
  number: conditionOn(NUMBER, NUMBER, "a number"),
  time: conditionOn(TIME, TIME, TIME_EXPECTED),
  boolean: ANY,
  any: ANY,
};

/** What one field must be. */
export type Condition = z.infer<typeof ANY>;

const FIELD_EXPECTED = "expected a field, such as status or request.host";

function conditionsOn(schema: Schema) {
  return z.custom<Record<string, unknown>>(isMapping, {
    error: "expected fields and what they must be",
  }).transform((when, context) => {
    const conditions: [field: string, condition: Condition][] = [];
    for (const [field, condition] of Object.entries(when)) {
      if (!isField(field, schema)) {
        context.addIssue(
          schema.builtIn
            ? { code: "unrecognized_keys", keys: [field], input: when }
            : { code: "custom", message: FIELD_EXPECTED, input: field },
        );
        continue;
      }
      const { data, error } = CONDITION_ON[findField(field, schema).kind]
        .safeParse(condition, { reportInput: true });
      if (data !== undefined) conditions.push([field, data]);
      for (const issue of error?.issues ?? []) {
        const path = [field, ...issue.path];
        context.issues.push({ ...issue, path } as z.core.$ZodRawIssue);
      }
    }
    // A field can have any name, even that of the hidden key.
    return Object.fromEntries(conditions);
  });
}

const NAME_EXPECTED = "expected a letter, then letters, digits, - or _";
const NAME_PATTERN = /^[A-Za-z][\w-]*$/;
const NAME = TEXT.regex(NAME_PATTERN, { message: NAME_EXPECTED });

const TAG_VALUE = TEXT.min(1, "expected text that is not empty");

/** Longer integers would lose digits here, and keep them in the events. */
const KEY_NUMBER = z.number().refine(
  (number) => !Number.isInteger(number) || Number.isSafeInteger(number),
  { error: "expected a number up to 2^53" },
);
const ANY_KEY = z.union([TEXT, KEY_NUMBER, BOOLEAN], {
  error: "expected text, a number, true or false",
});

/** What a rule may write to the key. */
function keyValue({ oneOf }: Schema["keys"][number]): z.ZodType<Settable> {
  if (oneOf.length === 0) return ANY_KEY;
  const error = `expected ${oneOf.length > 1 ? "one of " : ""}${
    oneOf.join(", ")
  }`;
  return z.literal(readScalars(oneOf), { error });
}

/** What a rule may write: to a tag text, to a key any of these. */
export type Settable = string | number | boolean | null;

function settingOf(schema: Schema) {
  const keys = new Map(
    settableKeys(schema).map((key) => [key.name, keyValue(key)]),
  );
  return z.unknown().superRefine((set, context) => {
    if (!isMapping(set) || !Object.hasOwn(set as object, HIDDEN_KEY)) return;
    context.addIssue({
      code: "custom",
      path: [HIDDEN_KEY],
      message: NAME_EXPECTED,
      input: set,
    });
  }).pipe(
    z.record(z.string(), z.unknown(), {
      error: "expected tags and their values",
    }).refine(
      (set) => Object.keys(set).length > 0,
      "expected at least one tag",
    ),
  ).transform((set, context) => {
    const values: Record<string, Settable> = {};
    for (const [name, value] of Object.entries(set)) {
      const key = keys.get(name);
      if (!key && !NAME_PATTERN.test(name)) {
        context.addIssue({
          code: "custom",
          path: [name],
          message: NAME_EXPECTED,
          input: set,
        });
        continue;
      }
      const { data, error } = (key ?? TAG_VALUE)
        .safeParse(value, { reportInput: true });
      if (data !== undefined) values[name] = data;
      // The first one says it all: an empty list is no text, whatever its length.
      const [issue] = error?.issues ?? [];
      if (issue) {
        const path = [name, ...issue.path];
        context.issues.push({ ...issue, path } as z.core.$ZodRawIssue);
      }
    }
    return values;
  });
}

function ruleOf(schema: Schema) {
  return z.strictObject({
    name: NAME,
    when: conditionsOn(schema).default({}),
    drop: z.literal(true, { error: "expected true" }).optional(),
    set: settingOf(schema).optional(),
  }, {
    error: ({ code }) =>
      code === "invalid_type" ? "expected a rule" : undefined,
  }).refine((rule) => (rule.drop === undefined) !== (rule.set === undefined), {
    message: "expected either drop: true or set:",
  });
}

function rulesOf(schema: Schema) {
  return z.array(ruleOf(schema), { error: "expected a list of rules" })
    .superRefine((rules, context) => {
      const seen = new Set<string>();
      rules.forEach(({ name }, index) => {
        if (seen.has(name)) {
          context.addIssue({
            code: "custom",
            path: [index, "name"],
            message: `rule "${name}" is already defined`,
          });
        }
        seen.add(name);
      });
    });
}

/** What may be written where, for suggestions. */
const KNOWN: Known = {
  rule: ["name", "when", "drop", "set"],
  fields: ["type", "value", "user", "ts", "metadata.<name>"],
  test: TEST_KEYS,
};

/** One rule: drops the events that meet its conditions, or sets tags and keys. */
export type Rule = z.infer<ReturnType<typeof ruleOf>>;

/**
 * Reads a rules file.
 *
 * @param text The YAML text.
 * @param path Where it came from; used only in messages.
 * @param schema What the events are. @default {the shape that is built in}
 * @throws {UsageError} Naming every wrong place, not only the first.
 */
export function parseRules(
  text: string,
  path: string,
  schema: Schema = builtInSchema([]),
): Rule[] {
  const isText: IsText = (part, name) => {
    if (part === "when") return findField(name, schema).kind === "text";
    const key = settableKeys(schema).find((each) => each.name === name);
    return !key || findField(formatField(key.path), schema).kind === "text";
  };
  const document = readRulesYaml(text, path, isText);
  const result = rulesOf(schema).safeParse(document, { reportInput: true });
  if (result.success) return result.data;
  const problems = describeProblems(result.error.issues, document, KNOWN);
  throw new UsageError(
    `Cannot read rules "${path}":\n${
      problems.map((problem) => `  ${problem}`).join("\n")
    }`,
  );
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
