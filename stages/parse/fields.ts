/**
 * The fields of an event that a rule can read besides its type and value.
 *
 * @module
 */

import { parseTimestamp } from "./timestamp.ts";

/** Reads one field of a parsed event: a scalar, or null when it is not there. */
export type FieldReader = (
  event: Record<string, unknown>,
) => string | number | boolean | null;

/** What a rule's condition may name. */
export const FIELD = /^(type|value|user|ts|metadata(\.[^.]+)+)$/u;

/**
 * Returns the reader of a field.
 *
 * `ts` is read as a Unix time in milliseconds. Objects and arrays have no value
 * of their own and read as null.
 *
 * @param field "ts", "user" or "metadata.<name>", with as many names as needed.
 */
export function fieldReader(field: string): FieldReader {
  if (field === "ts") return (event) => parseTimestamp(event["ts"] as string);
  const path = field.split(".");
  return (event) => {
    let value: unknown = event;
    for (const name of path) {
      if (
        typeof value !== "object" || value === null ||
        !Object.hasOwn(value, name)
      ) return null;
      value = (value as Record<string, unknown>)[name];
    }
    return isScalar(value) ? value : null;
  };
}

function isScalar(value: unknown): value is string | number | boolean {
  // JSON cannot carry Infinity, which JSON.parse makes of 1e400.
  return typeof value === "string" || typeof value === "boolean" ||
    Number.isFinite(value);
}
