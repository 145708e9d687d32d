/**
 * Reads the time of a parsed event.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import { formatField } from "../schema/schema.ts";
import { valueAt } from "./fields.ts";
import { isTimestamp, NO_TIMESTAMP, parseTimestamp } from "./timestamp.ts";

/** How many milliseconds the unit of each format has that is a number. */
const UNIT_MS: Readonly<Record<string, number>> = {
  ["epoch_s"]: 1_000,
  ["epoch_ms"]: 1,
};

/**
 * What the number that is a time is multiplied by to be milliseconds; undefined
 * where a time is text.
 */
export function timeUnitMs({ time }: Schema): number | undefined {
  return time ? UNIT_MS[time.format] : undefined;
}

/** True where an event without a time is a reject. */
export function needsTime({ time, windows }: Schema): boolean {
  return !!time && (time.required || !!windows);
}

/**
 * Returns the time in ms since 1970, NaN where there is none or nobody asks; or
 * why it is none.
 */
export type TimeReader = (event: Record<string, unknown>) => number | string;

/**
 * Makes the reader.
 *
 * @param isAsked False where it is only looked whether the time is right.
 */
export function createTimeReader(schema: Schema, isAsked: boolean): TimeReader {
  const { time } = schema;
  if (!time) return () => NaN;
  const { path } = time;
  const field = formatField(path);
  const unitMs = timeUnitMs(schema);
  const isNeeded = needsTime(schema);
  const kind = unitMs === undefined ? "a string" : "a number";
  return (event) => {
    const value = valueAt(event, path);
    if (value === undefined || (value === null && !isNeeded)) {
      return isNeeded ? `${field} is missing` : NaN;
    }
    if (unitMs === undefined) {
      if (typeof value !== "string") return `${field} is not ${kind}`;
      if (!isTimestamp(value)) return `${field} ${NO_TIMESTAMP}`;
      return isAsked ? parseTimestamp(value) : NaN;
    }
    if (typeof value !== "number") return `${field} is not ${kind}`;
    const ms = value * unitMs + 0; // + 0 turns -0 into 0
    return Number.isFinite(ms) ? ms : `${field} is not finite`;
  };
}
