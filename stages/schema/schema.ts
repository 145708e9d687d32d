/**
 * What the events of a run are: which fields tell the time, the group and the
 * values, and what of the values is wanted.
 *
 * schema_file.ts reads it from a file, schema_flags.ts from the command line.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";

/** The names of the keys that lead to a field, from the outermost one. */
export type Path = readonly string[];

/** One field of the key. */
export type KeyField = Schema["keys"][number];

/** One field that is counted, summed, and so on. */
export type ValueField = Schema["values"][number];

/** How a time is written. */
export const TIME_FORMATS = ["rfc3339", "epoch_s", "epoch_ms"] as const;

export type TimeFormat = typeof TIME_FORMATS[number];

/** What a value can be read as: exact integers, or doubles with their fractions. */
export const VALUE_KINDS = ["integer", "number"] as const;

/** What a field can have to be. */
export const REQUIRED_KINDS = ["text", "number", "boolean"] as const;

/** What can be wanted of a value, besides percentiles. */
export const FIGURES = ["count", "sum", "avg", "min", "max"] as const;

/** One of the figures, or a percentile as `p95` or `p99.9`. */
export type Figure = typeof FIGURES[number] | `p${number}`;

/** How many groups there may be where nobody says. */
export const DEFAULT_MAX_GROUPS = 100_000;

/** What the events are where nobody says: the shape that is built in. */
export function builtInSchema(types: readonly string[]): Schema {
  return {
    time: { path: ["ts"], format: "rfc3339", required: true },
    keys: [{
      name: "key",
      path: ["type"],
      oneOf: types.map((type) => JSON.stringify(type)),
      required: true,
    }],
    values: [{
      name: "value",
      path: ["value"],
      as: "integer",
      of: [...FIGURES],
      required: true,
    }],
    required: [{ path: ["user"], as: "text" }],
    maxGroups: DEFAULT_MAX_GROUPS,
    other: false,
    builtIn: true,
    windows: null,
  };
}

/** The percentiles among what is wanted of a value, in percent, in their order. */
export function percentilesOf({ of }: Pick<ValueField, "of">): number[] {
  return of.filter(isPercentile).map((figure) => Number(figure.slice(1)));
}

/** True for `p50`, `p99.9` and the like, up to `p100`. */
export function isPercentile(text: string): text is `p${number}` {
  return /^p(\d{1,2}(\.\d{1,3})?|100)$/.test(text);
}

/** True for what can be wanted of a value. */
export function isFigure(text: string): text is Figure {
  return FIGURES.some((each) => each === text) || isPercentile(text);
}

/** Writes a path as people do: `request.headers.host`. */
export function formatField(path: Path): string {
  return path.join(".");
}

/** A field of the key; in the results it has the last name of its path. */
export function keyField(path: Path, name: string = path.at(-1)!): KeyField {
  return { name, path: [...path], oneOf: [], required: false };
}

/** True for the same field. */
export function isSameField(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at]);
}

/** Reads `request.host` and `["request", "host"]`. */
export function pathOf(field: string | readonly string[]): string[] {
  return typeof field === "string" ? field.split(".") : [...field];
}
