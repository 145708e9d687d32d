/**
 * Windows of time: where they begin, and how a time is told.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";

type Windows = Pick<NonNullable<Schema["windows"]>, "sizeMs" | "offsetMs">;

/** The start of the window that holds a time, in ms since 1970. */
export function windowStart(
  timeMs: number,
  { sizeMs, offsetMs }: Windows,
): number {
  const start = Math.floor((timeMs - offsetMs) / sizeMs) * sizeMs + offsetMs;
  // The difference and the quotient are rounded, which can reach the next one.
  if (start > timeMs) return start - sizeMs;
  return start + sizeMs <= timeMs ? start + sizeMs : start;
}

/**
 * Numbers the windows of a batch in the order of their first event.
 *
 * @param into Takes the number of each row's window.
 * @returns The starts by number.
 */
export function numberWindows(
  timeMs: Float64Array,
  windows: Windows,
  into: Uint32Array,
): number[] {
  const numbers = new Map<number, number>();
  const starts: number[] = [];
  let start = Infinity;
  let end = -Infinity;
  let number = 0;
  for (let row = 0; row < timeMs.length; row++) {
    const time = timeMs[row]!;
    if (time < start || time >= end) {
      start = windowStart(time, windows);
      end = start + windows.sizeMs;
      number = numbers.get(start) ?? starts.length;
      if (number === starts.length) {
        numbers.set(start, number);
        starts.push(start);
      }
    }
    into[row] = number;
  }
  return starts;
}

/** The largest time that a Date holds, in ms from 1970, either way. */
const LAST_DATE_MS = 8.64e15;

/** Writes a time as ISO 8601 in UTC, its milliseconds only where there are any. */
export function formatTime(timeMs: number): string {
  if (Math.abs(timeMs) > LAST_DATE_MS) return `${timeMs} ms`;
  return new Date(Math.floor(timeMs)).toISOString().replace(".000Z", "Z");
}
