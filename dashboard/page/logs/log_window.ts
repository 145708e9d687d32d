/**
 * The lines that are at hand: a part of all, without gaps, that grows at both
 * ends and is bounded.
 *
 * @module
 */

import type { LogLine, LogPage } from "../../wire.ts";

/** Lines in a row, oldest first. */
export interface LogWindow {
  lines: readonly LogLine[];
  /** True where the server has more before and after them. */
  hasBefore: boolean;
  hasAfter: boolean;
}

/** How many lines are at hand at most; others are asked for again. */
export const MAX_WINDOW = 10_000;

/** Begins with a page. */
export function windowOf({ lines, before, after }: LogPage): LogWindow {
  return { lines, hasBefore: before, hasAfter: after };
}

/** Puts an older page before, and drops the newest if there are too many. */
export function withOlder(
  { lines, hasAfter }: LogWindow,
  page: LogPage,
  most = MAX_WINDOW,
): LogWindow {
  const first = lines[0]?.n ?? Infinity;
  const all = [...page.lines.filter(({ n }) => n < first), ...lines];
  return {
    lines: all.slice(0, most),
    hasBefore: page.before,
    hasAfter: hasAfter || all.length > most,
  };
}

/** Puts a newer page after, and drops the oldest if there are too many. */
export function withNewer(
  { lines, hasBefore }: LogWindow,
  page: Pick<LogPage, "lines" | "after">,
  most = MAX_WINDOW,
): LogWindow {
  const last = lines.at(-1)?.n ?? -Infinity;
  const all = [...lines, ...page.lines.filter(({ n }) => n > last)];
  return {
    lines: all.slice(-most),
    hasBefore: hasBefore || all.length > most,
    hasAfter: page.after,
  };
}
