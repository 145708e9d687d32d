/**
 * Which lines of the log are seen.
 *
 * A place in the log is the sequence number of the last line that is seen. So
 * the lines that somebody reads do not move when others come or go. Without a
 * number the window follows the end.
 *
 * @module
 */

import type { LogLine } from "./log_buffer.ts";

/** A part of the log. */
export interface LogWindow<Line> {
  shown: readonly Line[];
  /** Lines before those shown. */
  above: number;
  /** Lines after those shown. */
  below: number;
}

type Numbered = Pick<LogLine, "sequence">;

/** Returns the lines that are seen in `height` rows. */
export function logWindow<Line extends Numbered>(
  lines: readonly Line[],
  height: number,
  place: number | undefined,
): LogWindow<Line> {
  const end = endOf(lines, height, place);
  const start = Math.max(0, end - height);
  return {
    shown: lines.slice(start, end),
    above: start,
    below: lines.length - end,
  };
}

/**
 * Returns the place `by` lines further down, or up if negative.
 *
 * @returns Undefined when that is the end.
 */
export function scrolled(
  lines: readonly Numbered[],
  height: number,
  place: number | undefined,
  by: number,
): number | undefined {
  const first = Math.min(height, lines.length);
  const end = Math.max(first, endOf(lines, height, place) + by);
  return end >= lines.length ? undefined : lines[end - 1]?.sequence;
}

/** Returns the place that shows a line in the middle, as far as it can. */
export function centred(
  lines: readonly Numbered[],
  height: number,
  index: number,
): number | undefined {
  const lowest = Math.min(height, lines.length);
  const end = index + 1 + Math.floor(height / 2);
  return lines[Math.max(lowest, Math.min(end, lines.length)) - 1]?.sequence;
}

/** Returns the place that shows what is at the end now, and stays there. */
export function held(lines: readonly Numbered[]): number | undefined {
  return lines.at(-1)?.sequence;
}

/** The index after the last line that is seen. A page is always full. */
export function endOf(
  lines: readonly Numbered[],
  height: number,
  place: number | undefined,
): number {
  if (place === undefined) return lines.length;
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.sequence <= place) low = middle + 1;
    else high = middle;
  }
  return Math.max(low, Math.min(height, lines.length));
}
