/**
 * The event types of a run, and how `--types` names them.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";

/** The types of a run that names none. */
export const DEFAULT_TYPES: readonly string[] = ["click", "view", "purchase"];

/** The most types a run may have. */
const MAX_TYPES = 1_000;

/**
 * Reads the value of `--types`.
 *
 * @param text Names with commas between them; or a whole number N for the first
 * N of click, view, purchase, type4, type5 and so on.
 * @returns The names, in order.
 * @throws {UsageError} Saying what was expected.
 */
export function typesFromFlag(text: string): string[] {
  return /^[+-]?[\d.]+$/.test(text) ? numberedTypes(text) : namedTypes(text);
}

function numberedTypes(text: string): string[] {
  const length = Number(text);
  if (!/^\d+$/.test(text) || length < 1 || length > MAX_TYPES) {
    throw new UsageError(
      `expected names with commas between them, or a whole number from 1 to ${MAX_TYPES}`,
    );
  }
  return Array.from(
    { length },
    (_, index) => DEFAULT_TYPES[index] ?? `type${index + 1}`,
  );
}

function namedTypes(text: string): string[] {
  const names = text.split(",");
  if (names.includes("")) {
    throw new UsageError("expected a name before and after each comma");
  }
  const spaced = names.find((name) => /\s/.test(name));
  if (spaced !== undefined) {
    throw new UsageError(
      `expected names without white space: one is ${JSON.stringify(spaced)}`,
    );
  }
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) {
    throw new UsageError(
      `expected each name once: "${repeated}" is there twice`,
    );
  }
  if (names.length > MAX_TYPES) {
    throw new UsageError(
      `expected at most ${MAX_TYPES} names: there are ${names.length}`,
    );
  }
  return names;
}
