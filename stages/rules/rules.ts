/**
 * The rules of a run, ready for its events: what they read of them, what they
 * may set, and the transform of apply_rules.ts.
 *
 * @module
 */

import type {
  EventBatch,
  Opening,
  RuleField,
  Schema,
} from "../../proto/pipeline/batches.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import {
  type CompiledRule,
  createTransform,
  type WrittenKey,
} from "./apply_rules.ts";
import { compileCondition } from "./condition.ts";
import { type Field, findField, settableKeys } from "./fields.ts";
import type { Rule, Settable } from "./rules_file.ts";

/** The rules stage, ready for a run. */
export interface Rules {
  /** The fields besides the keys and the values that the rules read. */
  fields: RuleField[];
  /** The tags that the rules may set. */
  tags: Opening["tags"];
  /** Builds the transform for one stream of events. */
  createTransform(): (batch: EventBatch) => EventBatch;
}

/**
 * Compiles rules.
 *
 * @param rules The rules, checked.
 * @param schema What the events are.
 * @throws {UsageError} If a time that a rule compares with is none, a rule sets
 * a key to what it cannot be, or one tag has more than 255 values.
 */
export function createRules(rules: readonly Rule[], schema: Schema): Rules {
  const keys = settableKeys(schema);
  const isKey = (name: string) => keys.some((key) => key.name === name);
  const tags = collectTags(rules, isKey);
  const written = collectWritten(rules, schema);
  const found = new Map(
    rules.flatMap(({ when }) => Object.keys(when))
      .map((field) => [field, findField(field, schema)]),
  );
  const columns = [...found.values()].filter(({ from }) => from === "column");
  const compiled = rules.map((rule): CompiledRule => ({
    conditions: compileConditions(rule, found, columns),
    drop: rule.drop === true,
    set: settings(rule).filter(([name]) => !isKey(name))
      .map(([name, value]) => {
        const tag = tags.findIndex((each) => each.name === name);
        return { tag, value: tags[tag]!.values.indexOf(String(value)) + 1 };
      }),
    write: settings(rule).filter(([name]) => isKey(name))
      .map(([name, value]) => {
        const at = written.findIndex(({ key }) => keys[key]!.name === name);
        return {
          at,
          value: written[at]!.values.indexOf(JSON.stringify(value)) + 1,
        };
      }),
  }));
  return {
    fields: columns.map(({ path, kind }) => ({
      path: [...path],
      isTime: kind === "time",
    })),
    tags,
    createTransform: () =>
      createTransform({
        rules: compiled,
        schema,
        tagCount: tags.length,
        written,
      }),
  };
}

function settings({ set = {} }: Rule): [name: string, value: Settable][] {
  return Object.entries(set);
}

function compileConditions(
  rule: Rule,
  found: ReadonlyMap<string, Field>,
  columns: readonly Field[],
): CompiledRule["conditions"] {
  return Object.entries(rule.when).map(([name, condition]) => {
    const field = found.get(name)!;
    const { from, kind } = field;
    const number = from === "column" ? columns.indexOf(field) : field.number;
    try {
      const test = compileCondition(condition, kind === "time");
      return { from, number, test };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new UsageError(
        `Cannot use rule "${rule.name}": ${name}: ${error.message}`,
      );
    }
  });
}

function collectTags(
  rules: readonly Rule[],
  isKey: (name: string) => boolean,
): Opening["tags"] {
  const valuesOf = new Map<string, Set<string>>();
  for (const [tag, value] of rules.flatMap(settings)) {
    if (isKey(tag)) continue;
    valuesOf.set(tag, (valuesOf.get(tag) ?? new Set()).add(String(value)));
  }
  return [...valuesOf].map(([name, values]) => {
    if (values.size <= MAX_TAG_VALUES) return { name, values: [...values] };
    throw new UsageError(
      `Cannot use the rules: tag "${name}" has over ${MAX_TAG_VALUES} values`,
    );
  });
}

/** A tag column is one byte an event, and 0 means not set. */
const MAX_TAG_VALUES = 255;

/** Finds the keys that some rule sets, each with all that it is set to. */
function collectWritten(
  rules: readonly Rule[],
  schema: Schema,
): WrittenKey[] {
  const keys = settableKeys(schema);
  return keys.flatMap(({ name, oneOf }, key): WrittenKey[] => {
    const values = new Set<string>();
    for (const rule of rules) {
      const value = rule.set?.[name];
      if (value === undefined) continue;
      const text = JSON.stringify(value);
      if (oneOf.length > 0 && !oneOf.includes(text)) {
        throw new UsageError(
          `Cannot use rule "${rule.name}": it sets "${name}" to ${text}, which can only be ${
            oneOf.join(", ")
          }`,
        );
      }
      values.add(text);
    }
    return values.size > 0 ? [{ key, values: [...values] }] : [];
  });
}
