/**
 * The fields of a parsed event.
 *
 * @module
 */

import type { Path } from "../schema/schema.ts";

/** A value of JSON that is no object or array, and not null. */
export type Scalar = string | number | boolean;

/**
 * Returns what stands at a path, undefined where nothing does. Only objects have
 * fields; the elements of an array are none.
 */
export function valueAt(event: Record<string, unknown>, path: Path): unknown {
  let value: unknown = event;
  for (const name of path) {
    if (
      typeof value !== "object" || value === null || Array.isArray(value) ||
      !Object.hasOwn(value, name)
    ) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/**
 * Returns the scalar at a path, for a rule; null where there is none, or where
 * it is a number that is not finite, which JSON.parse makes of 1e400.
 */
export function scalarAt(
  event: Record<string, unknown>,
  path: Path,
): Scalar | null {
  const value = valueAt(event, path);
  return typeof value === "string" || typeof value === "boolean" ||
      (typeof value === "number" && Number.isFinite(value))
    ? value
    : null;
}
