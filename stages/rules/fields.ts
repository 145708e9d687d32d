/**
 * What a rule can name: a field of the event, by its path; and what is known of
 * it by the schema.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import {
  formatField,
  isSameField,
  type Path,
  pathOf,
} from "../schema/schema.ts";

/** What a field can hold. */
export type Scalar = string | number | boolean | null;

/** What the values of a field are, as far as the schema tells. */
export type FieldKind = "time" | "text" | "number" | "boolean" | "any";

/** A field that a rule names. */
export interface Field {
  path: Path;
  kind: FieldKind;
  /** True where each event has a value of it. */
  isRequired: boolean;
  /** Where a batch has it: the key, the value, or the column of a number. */
  from: "key" | "value" | "column";
  /** Which of the schema's keys or values it is; -1 for none of them. */
  number: number;
}

/** The fields of the shape that is built in. */
const BUILT_IN_FIELD = /^(type|value|user|ts|metadata(\.[^.]+)+)$/u;
const ANY_FIELD = /^[^.]+(\.[^.]+)*$/u;

/** True if a rule can name the field, such as `request.host`. */
export function isField(
  field: string,
  schema: Schema,
): boolean {
  return schema.builtIn
    ? BUILT_IN_FIELD.test(field)
    : ANY_FIELD.test(field) || namedPath(field, schema) !== undefined;
}

/**
 * Finds a field. A name in its path can have a dot only where the schema names
 * that field: otherwise each dot leads further in.
 *
 * @param field Its path, written with dots.
 */
export function findField(field: string, schema: Schema): Field {
  const path = namedPath(field, schema) ?? pathOf(field);
  const isIt = (each: { path: Path }) => isSameField(each.path, path);
  const { time, keys, values, windows } = schema;
  // What need only be there can be an object, which is no value.
  const required = schema.required.find((each) => each.as !== "" && isIt(each));
  if (time && isIt(time)) {
    const isRequired = time.required || windows !== null;
    return { path, kind: "time", isRequired, from: "column", number: -1 };
  }
  const isRequired = required !== undefined ||
    [...keys, ...values].some((each) => each.required && isIt(each));
  const key = keys.findIndex(isIt);
  const kind = values.some(isIt)
    ? "number"
    : key >= 0 && isTextOnly(keys[key]!, schema)
    ? "text"
    : kindOf(required?.as);
  // Before the value, which may have lost its fraction.
  if (key >= 0) return { path, kind, isRequired, from: "key", number: key };
  const value = values.findIndex(isIt);
  return value >= 0
    ? { path, kind, isRequired, from: "value", number: value }
    : { path, kind, isRequired, from: "column", number: -1 };
}

/** The keys that a rule can set; the built-in one stays what it is. */
export function settableKeys({ builtIn, keys }: Schema): Schema["keys"] {
  return builtIn ? [] : keys;
}

/** Reads the distinct values of a key or a column. */
export function readScalars(texts: readonly string[]): Scalar[] {
  // In one go: one by one it takes several times as long.
  return JSON.parse(`[${texts.join()}]`);
}

/** The path of a field that the schema names. */
function namedPath(
  field: string,
  { time, keys, values, required }: Schema,
): Path | undefined {
  const named = [...time ? [time] : [], ...keys, ...values, ...required]
    .map(({ path }) => path);
  const path = pathOf(field);
  return named.find((each) => isSameField(each, path)) ??
    named.find((each) => formatField(each) === field);
}

/** True for a key that can be nothing but text, where an event has it. */
function isTextOnly(
  { oneOf }: Schema["keys"][number],
  { builtIn }: Schema,
): boolean {
  if (builtIn) return true;
  const values = readScalars(oneOf).filter((value) => value !== null);
  return values.length > 0 &&
    values.every((value) => typeof value === "string");
}

function kindOf(as: string | undefined): FieldKind {
  return as === "text" || as === "number" || as === "boolean" ? as : "any";
}
