/**
 * Scalars as JSON writes them in one way only, so that what is equal has the same
 * text: 200, 200.0 and 2e2 are "200".
 *
 * @module
 */

import { splitNumber } from "../events/exact_integer.ts";
import type { KeyField } from "../schema/schema.ts";
import type { Scalar } from "./fields.ts";

/**
 * Writes a scalar.
 *
 * @param source How the JSON text writes it; asked for integers beyond 2^53,
 * which keep all their digits.
 */
export function plainJson(
  value: Scalar | null,
  source: () => string,
): string {
  if (typeof value !== "number" || isSafe(value)) return JSON.stringify(value);
  const { integer, hasFraction } = splitNumber(source());
  return hasFraction ? JSON.stringify(value) : integer.toString();
}

/** True for what a double holds, all integers next to it too. */
export function isSafe(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

/** What a field of the key may be, plain; as the schema orders it. */
export function plainChoices({ oneOf }: Pick<KeyField, "oneOf">): string[] {
  return oneOf.map((json) => plainJson(JSON.parse(json), () => json));
}

/** True where a field of the key may be absent, or null. */
export function mayLack({ oneOf, required }: KeyField): boolean {
  return !required && (oneOf.length === 0 || oneOf.includes("null"));
}

/** True for a field of the key that is one of a few texts. */
export function areTexts({ oneOf }: Pick<KeyField, "oneOf">): boolean {
  return oneOf.length > 0 && oneOf.every((json) => json.startsWith('"'));
}
