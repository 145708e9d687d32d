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

/** What a number that is no time is told, by its format. */
const NO_EPOCH: Readonly<Record<string, string>> = {
  ["epoch_s"]: noEpoch("seconds", "epoch_s"),
  ["epoch_ms"]: noEpoch("milliseconds", "epoch_ms"),
};

function noEpoch(unit: string, format: string): string {
  return `is no time in ${unit} since 1970 (${format}): it is more than 270,000 years away`;
}

/**
 * What the number that is a time is multiplied by to be milliseconds; undefined
 * where a time is text.
 */
export function timeUnitMs({ time }: Schema): number | undefined {
  return time ? UNIT_MS[time.format] : undefined;
}

/** The largest time that a date can have, in ms from 1970, either way. */
const LAST_DATE_MS = 8.64e15;

/**
 * Turns a number that is a time into ms since 1970.
 *
 * @returns Infinity where no date is so far away.
 */
export function epochMs(value: number, unitMs: number): number {
  const product = value * unitMs + 0; // + 0 turns -0 into 0
  if (Math.abs(product) > LAST_DATE_MS) return Infinity;
  // The product is rounded: 1.005 s would be a bit less than 1,005 ms.
  const nearest = Math.round(product);
  return nearest / unitMs === value ? nearest + 0 : product;
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
    const ms = epochMs(value, unitMs);
    return ms === Infinity ? `${field} ${NO_EPOCH[time.format]}` : ms;
  };
}
