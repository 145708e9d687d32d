/**
 * Schemas for tests.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";

type Value = Schema["values"][number];

/** A schema of your own, with open keys, and with what the test says. */
export function customSchema(
  keys: readonly string[],
  values: Record<string, Partial<Value>>,
  fields: Partial<Schema> = {},
): Schema {
  return {
    time: null,
    keys: keys.map((name) => ({
      name,
      path: [name],
      oneOf: [],
      required: false,
    })),
    values: Object.entries(values).map(([name, value]) => ({
      name,
      path: [name],
      as: "number",
      of: ["count", "sum", "avg", "min", "max"],
      required: false,
      ...value,
    })),
    required: [],
    maxGroups: 100_000,
    other: false,
    builtIn: false,
    windows: null,
    ...fields,
  };
}
