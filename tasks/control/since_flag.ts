/**
 * How `--since` names a point in time.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import type { Flag } from "../../runtime/program/flags.ts";
import { parseDuration } from "../../runtime/program/units.ts";

/** A date, and a time with it or not; without an offset it is local. */
const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)([Zz]|[+-]\d{2}:\d{2})?)?$/;

/**
 * Reads a point in time: `10m` for ten minutes ago, or a date and time as in
 * RFC 3339.
 *
 * @param nowMs Unix time in milliseconds.
 * @returns Unix time in milliseconds.
 * @throws {UsageError} Saying what was expected.
 */
export function parseMoment(text: string, nowMs: number = Date.now()): number {
  const agoMs = parseDuration(text);
  if (agoMs !== undefined) return Math.max(0, nowMs - agoMs);
  const [, date, time = "00:00", offset = ""] = RFC_3339.exec(text) ?? [];
  const atMs = Date.parse(`${date}T${time}${offset.toUpperCase()}`);
  if (!Number.isNaN(atMs)) return atMs;
  throw new UsageError(
    "expected a duration such as 10m, or a time such as 2026-01-31T08:00:00Z",
  );
}

/**
 * Reads a point in time that has a name.
 *
 * @throws {UsageError} Saying which one is wrong, and what was expected.
 */
export function namedMoment(name: string, text: string): number {
  try {
    return parseMoment(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`Cannot read ${name}=${text}: ${error.message}`);
  }
}

/** A flag with a point in time, in Unix milliseconds. */
export function moment(help: string): Flag<number | undefined> {
  return {
    placeholder: "TIME",
    help,
    fallback: undefined,
    read: (text) => parseMoment(text),
  };
}
