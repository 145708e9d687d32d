/**
 * Finds text in the log.
 *
 * What is searched for is text, not a pattern: logs are full of dots and
 * brackets. Small letters find large ones as well; a large one in what is
 * searched for makes all of them count, as in less and vim.
 *
 * @module
 */

import type { LogLine } from "./log_buffer.ts";

/** Text that is searched for. */
export type Matcher = RegExp;

/** Returns what finds a text; undefined where there is nothing to find. */
export function matcherOf(text: string): Matcher | undefined {
  if (text === "") return undefined;
  const isExact = /\p{Lu}/u.test(text);
  return new RegExp(RegExp.escape(text), isExact ? "gu" : "giu");
}

/** A piece of a line, and whether it is what was searched for. */
export interface Piece {
  text: string;
  isMatch: boolean;
}

/** Cuts a line where matches begin and end. */
export function piecesOf(text: string, matcher: Matcher | undefined): Piece[] {
  if (!matcher) return [{ text, isMatch: false }];
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(matcher)) {
    pieces.push({ text: text.slice(end, index), isMatch: false });
    pieces.push({ text: found, isMatch: true });
    end = index + found.length;
  }
  pieces.push({ text: text.slice(end), isMatch: false });
  return pieces.filter((piece) => piece.text !== "");
}

type Searched = Pick<LogLine, "sequence" | "text">;

/** Returns the places of the lines that have a match. */
export function matchesIn(
  lines: readonly Searched[],
  matcher: Matcher | undefined,
): number[] {
  if (!matcher) return [];
  return lines.flatMap(({ text }, place) => {
    matcher.lastIndex = 0;
    return matcher.test(text) ? [place] : [];
  });
}

/**
 * Returns the place of the line to go to at first: the last match down to a
 * place, or else the first after it.
 */
export function nearestMatch(
  matches: readonly number[],
  place: number,
): number | undefined {
  return matches.findLast((each) => each <= place) ?? matches[0];
}

/** Returns the place of the next match; after the last comes the first. */
export function nextMatch(
  matches: readonly number[],
  place: number,
  by: 1 | -1,
): number | undefined {
  return by > 0
    ? matches.find((each) => each > place) ?? matches[0]
    : matches.findLast((each) => each < place) ?? matches.at(-1);
}

/** Returns where a line is, or the one that has taken its place. */
export function placeOf(
  lines: readonly Pick<LogLine, "sequence">[],
  sequence: number,
): number {
  const place = lines.findIndex((line) => line.sequence >= sequence);
  return place < 0 ? lines.length : place;
}

/** Says which of the matches is looked at, as "2 of 17". */
export function describeMatches(
  lines: readonly Searched[],
  matches: readonly number[],
  found: number | undefined,
): string {
  if (matches.length === 0) return "no match";
  const at = matches.findIndex((place) => lines[place]?.sequence === found);
  if (at >= 0) return `${at + 1} of ${matches.length}`;
  return matches.length === 1 ? "1 line" : `${matches.length} lines`;
}
