/**
 * Finds lines in the buffer, a page of them at a time.
 *
 * A search yields now and then, and has an end: nobody who asks for much keeps
 * others from being answered. Patterns are matched by re2js, whose time grows
 * with the text and never explodes, as that of RegExp can.
 *
 * @module
 */

import { RE2JS, RE2JSException } from "re2js";
import { UsageError } from "../../runtime/program/errors.ts";
import type { LogLine, LogPage } from "../wire.ts";
import type { LogBuffer } from "./log_buffer.ts";

/** What is looked for. */
export interface LogQuery {
  /** Whose lines. @default {everybody's} */
  names?: readonly string[];
  /** Text in them, in capitals or not; or a pattern. @default {any} */
  search?: string;
  /** True where `search` is a pattern. @default {false} */
  regexp?: boolean;
  /** Only lines from this time on, in Unix milliseconds. */
  sinceMs?: number;
  /** Only lines before this one, the last of them. */
  before?: number;
  /** Only lines after this one, the first of them. */
  after?: number;
  /** How many at most, from 1 to 1,000. @default {500} */
  limit?: number;
}

/** Options for {@linkcode searchLog}. */
export interface SearchOptions {
  /** How long it may work, in milliseconds. @default {3_000} */
  maxMs?: number;
  /** After so long it lets others go on, in milliseconds. @default {10} */
  sliceMs?: number;
}

/** How long a pattern may be, in characters. */
const MAX_PATTERN = 500;
/** How much a page has, in characters. */
const MAX_PAGE = 2 ** 20;
/** A look at the clock is not for each line. */
const LINES_A_LOOK = 64;

/**
 * Finds the lines that a query asks for.
 *
 * @throws {UsageError} If the pattern is wrong, or it takes too long.
 */
export async function searchLog(
  buffer: LogBuffer,
  query: LogQuery,
  { maxMs = 3_000, sliceMs = 10 }: SearchOptions = {},
): Promise<LogPage> {
  const fits = matcherOf(query);
  const limit = query.limit ?? 500;
  const isForward = query.after !== undefined;
  let worked = 0;
  let sliceBegan = performance.now();
  let looks = 0;
  const isDue = () =>
    (query.regexp || ++looks % LINES_A_LOOK === 0) &&
    performance.now() - sliceBegan >= sliceMs;
  const letOthersGoOn = async () => {
    worked += performance.now() - sliceBegan;
    if (worked > maxMs) {
      throw new UsageError(
        `Cannot search the log: "${
          query.search ?? ""
        }" takes too long; make it simpler, or choose one service`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve));
    sliceBegan = performance.now();
  };
  /** Finds the first line from `from` in a direction, not beyond `end`. */
  const find = async (from: number, step: 1 | -1, end: number) => {
    for (let n = from; step > 0 ? n < end : n > end; n += step) {
      if (isDue()) await letOthersGoOn();
      // The oldest may be dropped meanwhile.
      if (n < buffer.first) {
        if (step < 0) return undefined;
        n = buffer.first - 1;
        continue;
      }
      const line = buffer.at(n);
      if (line && fits(line)) return line;
    }
    return undefined;
  };

  const next = buffer.next;
  const end = Math.min(query.before ?? next, next);
  // Of a number beyond all lines as little is to be looked through as of the last.
  const start = Math.min(Math.max((query.after ?? -1) + 1, buffer.first), next);
  const lines: LogLine[] = [];
  let chars = 0;
  let more: LogLine | undefined;
  let n = isForward ? start : end - 1;
  for (;;) {
    const line = isForward
      ? await find(n, 1, end)
      : await find(n, -1, start - 1);
    if (!line) break;
    if (lines.length >= limit || chars > MAX_PAGE) {
      more = line;
      break;
    }
    lines.push(line);
    chars += line.text.length;
    n = isForward ? line.n + 1 : line.n - 1;
  }
  if (!isForward) lines.reverse();
  const oldest = lines[0]?.n ?? (isForward ? start : end);
  const newest = lines.at(-1)?.n ?? (isForward ? start - 1 : end - 1);
  const before = isForward ? await find(oldest - 1, -1, -1) : more;
  const after = isForward && more ? more : await find(newest + 1, 1, next);
  return {
    lines,
    first: buffer.first,
    next: buffer.next,
    before: before !== undefined,
    after: after !== undefined,
  };
}

function matcherOf(
  { names = [], search = "", regexp = false, sinceMs }: LogQuery,
): (line: LogLine) => boolean {
  const isFound = search === ""
    ? () => true
    : regexp
    ? patternOf(search)
    : textOf(search);
  return (line) =>
    (names.length === 0 || names.includes(line.name)) &&
    (sinceMs === undefined || line.timeMs >= sinceMs) && isFound(line.text);
}

function textOf(search: string): (text: string) => boolean {
  const wanted = search.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}

function patternOf(search: string): (text: string) => boolean {
  const cannot = `Cannot search the log for "${search.slice(0, MAX_PATTERN)}"`;
  if (search.length > MAX_PATTERN) {
    throw new UsageError(
      `${cannot}…: a pattern may have ${MAX_PATTERN} characters`,
    );
  }
  try {
    const pattern = RE2JS.compile(search);
    return (text) => pattern.matcher(text).find();
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, "");
    throw new UsageError(`${cannot}: ${reason}`);
  }
}
