/**
 * Finds in a line what is searched for, so that it can be marked.
 *
 * Patterns are matched as the server does it, by re2js: by RegExp a few letters
 * can keep the page busy for hours.
 *
 * @module
 */

import { RE2JS } from "re2js";

/** A part of a line. */
export interface Piece {
  text: string;
  isMatch: boolean;
}

/** Cuts a line into what matches and what does not. */
export type Matcher = (text: string) => Piece[];

/** What is searched for, or why that is no pattern. */
export type Search =
  | { is: "none" }
  | { is: "search"; matcher: Matcher }
  | { is: "wrong"; problem: string };

/** So many are marked in a line. */
const MOST_MATCHES = 200;
/** So much of a line is marked by a pattern, in characters. */
const MOST_MARKED = 4_000;

/** Reads what somebody typed: text, in capitals or not, or a pattern. */
export function readSearch(text: string, isPattern: boolean): Search {
  if (text === "") return { is: "none" };
  if (!isPattern) {
    const wanted = new RegExp(escaped(text), "giu");
    const matcher = (line: string) =>
      piecesOf(line, placesOfText(line, wanted));
    return { is: "search", matcher };
  }
  try {
    const pattern = RE2JS.compile(text);
    const matcher = (line: string) =>
      piecesOf(line, placesOfPattern(line, pattern));
    return { is: "search", matcher };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { is: "wrong", problem: `Cannot search: ${reason}` };
  }
}

/** Where something begins in a line, and where it ends. */
type Place = [number, number];

function* placesOfText(line: string, wanted: RegExp): Generator<Place> {
  for (const { 0: { length }, index } of line.matchAll(wanted)) {
    yield [index, index + length];
  }
}

function* placesOfPattern(line: string, pattern: RE2JS): Generator<Place> {
  const matcher = pattern.matcher(line.slice(0, MOST_MARKED));
  while (matcher.find()) {
    // Where the part ends, the line does not, whatever the pattern takes it for.
    const isCut = matcher.end() === MOST_MARKED && line.length > MOST_MARKED;
    if (!isCut) yield [matcher.start(), matcher.end()];
  }
}

function piecesOf(text: string, places: Iterable<Place>): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  let matches = 0;
  for (const [from, to] of places) {
    // A pattern can match nothing, everywhere.
    if (from === to) continue;
    if (++matches > MOST_MATCHES) break;
    if (from > end) {
      pieces.push({ text: text.slice(end, from), isMatch: false });
    }
    pieces.push({ text: text.slice(from, to), isMatch: true });
    end = to;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isMatch: false });
  return pieces;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
