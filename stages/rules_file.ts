/**
 * The shape of a rules file. The schema is the only definition: types and
 * messages come from it.
 *
 * @module
 */

import { parse } from "@std/yaml";
import * as z from "zod";
import { UsageError } from "../proto/flags.ts";
import { FIELD } from "./fields.ts";

const SCALAR = z.union([z.string(), z.number(), z.boolean()]);

/** A test of one field: all that are given must hold. */
const TEST = z.strictObject({
  eq: SCALAR.optional(),
  ne: SCALAR.optional(),
  lt: z.union([z.number(), z.string()]).optional(),
  lte: z.union([z.number(), z.string()]).optional(),
  gt: z.union([z.number(), z.string()]).optional(),
  gte: z.union([z.number(), z.string()]).optional(),
  in: z.array(SCALAR).min(1).optional(),
  not_in: z.array(SCALAR).min(1).optional(),
  exists: z.boolean().optional(),
}).refine((test) => Object.keys(test).length > 0, {
  message:
    "expected at least one of eq, ne, lt, lte, gt, gte, in, not_in, exists",
});

const CONDITIONS = z.record(
  z.string().regex(FIELD, {
    message: "expected a field: type, value, user, ts or metadata.<name>",
  }),
  z.union([SCALAR, z.array(SCALAR).min(1), TEST]),
);

const NAME = z.string().regex(/^[A-Za-z][\w-]*$/, {
  message: "expected a letter, then letters, digits, - or _",
});

const RULE = z.strictObject({
  name: NAME,
  when: CONDITIONS.default({}),
  drop: z.literal(true).optional(),
  set: z.record(NAME, z.string().min(1)).optional(),
}).refine((rule) => (rule.drop === undefined) !== (rule.set === undefined), {
  message: "expected either drop: true or set:",
});

const RULES = z.array(RULE).superRefine((rules, context) => {
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

/** One rule: drops the events that meet its conditions, or tags them. */
export type Rule = z.infer<typeof RULE>;

/** What one field must be. */
export type Condition = Rule["when"][string];

/**
 * Reads a rules file.
 *
 * @param text The YAML text.
 * @param path Where it came from; used only in messages.
 * @throws {UsageError} Naming every wrong place, not only the first.
 */
export function parseRules(text: string, path: string): Rule[] {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`Cannot read rules "${path}": ${error.message}`);
  }
  const result = RULES.safeParse(document ?? []);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path: at, message }) =>
    `  ${at.length ? `rule ${at.map(String).join(".")}: ` : ""}${message}`
  );
  throw new UsageError(
    `Cannot read rules "${path}":\n${problems.join("\n")}`,
  );
}
