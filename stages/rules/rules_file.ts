/**
 * The shape of a rules file. The schema is the only definition: types and
 * problems come from it; rules_problems.ts puts the problems into words.
 *
 * @module
 */

import * as z from "zod";
import { UsageError } from "../../runtime/program/errors.ts";
import { FIELD } from "../parse/fields.ts";
import { isTimestamp } from "../parse/timestamp.ts";
import { describeProblems, type Known } from "./rules_problems.ts";
import { readRulesYaml } from "./rules_yaml.ts";

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
  const list = z.array(operand, { error: "expected a list" })
    .min(1, "expected at least one value");
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

/** Values of different kinds are never equal: refuse what could never match. */
const CONDITION_ON: Record<string, z.ZodType<Condition>> = {
  type: conditionOn(TEXT, TEXT, "text"),
  user: conditionOn(TEXT, TEXT, "text"),
  value: conditionOn(NUMBER, NUMBER, "a number"),
  ts: conditionOn(TIME, TIME, TIME_EXPECTED),
};

const METADATA = conditionOn(SCALAR, ORDERED, "a value");

/** What one field must be. */
export type Condition = z.infer<typeof METADATA>;

const CONDITIONS = z.custom<Record<string, unknown>>(isMapping, {
  error: "expected fields and what they must be",
}).transform((when, context) => {
  const conditions: Record<string, Condition> = {};
  for (const [field, condition] of Object.entries(when)) {
    if (!FIELD.test(field)) {
      context.addIssue({
        code: "unrecognized_keys",
        keys: [field],
        input: when,
      });
      continue;
    }
    const { data, error } = (CONDITION_ON[field] ?? METADATA)
      .safeParse(condition, { reportInput: true });
    if (data !== undefined) conditions[field] = data;
    for (const issue of error?.issues ?? []) {
      const path = [field, ...issue.path];
      context.issues.push({ ...issue, path } as z.core.$ZodRawIssue);
    }
  }
  return conditions;
});

const NAME_EXPECTED = "expected a letter, then letters, digits, - or _";
const NAME = TEXT.regex(/^[A-Za-z][\w-]*$/, { message: NAME_EXPECTED });

const TAGS = z.unknown().superRefine((set, context) => {
  if (!isMapping(set) || !Object.hasOwn(set as object, HIDDEN_KEY)) return;
  context.addIssue({
    code: "custom",
    path: [HIDDEN_KEY],
    message: NAME_EXPECTED,
    input: set,
  });
}).pipe(
  z.record(NAME, TEXT.min(1, "expected text that is not empty"), {
    error: "expected tags and their values",
  }).refine((set) => Object.keys(set).length > 0, "expected at least one tag"),
);

const RULE = z.strictObject({
  name: NAME,
  when: CONDITIONS.default({}),
  drop: z.literal(true, { error: "expected true" }).optional(),
  set: TAGS.optional(),
}, {
  error: ({ code }) => code === "invalid_type" ? "expected a rule" : undefined,
}).refine((rule) => (rule.drop === undefined) !== (rule.set === undefined), {
  message: "expected either drop: true or set:",
});

const RULES = z.array(RULE, { error: "expected a list of rules" }).superRefine(
  (rules, context) => {
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
  },
);

/** What may be written where, for suggestions. */
const KNOWN: Known = {
  rule: Object.keys(RULE.shape),
  fields: ["type", "value", "user", "ts", "metadata.<name>"],
  test: TEST_KEYS,
};

/** One rule: drops the events that meet its conditions, or tags them. */
export type Rule = z.infer<typeof RULE>;

/**
 * Reads a rules file.
 *
 * @param text The YAML text.
 * @param path Where it came from; used only in messages.
 * @throws {UsageError} Naming every wrong place, not only the first.
 */
export function parseRules(text: string, path: string): Rule[] {
  const document = readRulesYaml(text, path);
  const result = RULES.safeParse(document, { reportInput: true });
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
