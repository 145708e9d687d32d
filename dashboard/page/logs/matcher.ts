/**
 * Finds in a line what is searched for, so that it can be marked.
 *
 * @module
 */

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

/**
 * Reads what somebody typed: text, in capitals or not, or a pattern.
 *
 * The server finds the lines by its own reading of the pattern; this one only
 * marks them.
 */
export function readSearch(text: string, isPattern: boolean): Search {
  if (text === "") return { is: "none" };
  const ignoresCase = !isPattern || text.startsWith("(?i)");
  const source = isPattern ? text.replace(/^\(\?i\)/, "") : escaped(text);
  try {
    const pattern = new RegExp(source, ignoresCase ? "giu" : "gu");
    return { is: "search", matcher: (line) => piecesOf(line, pattern) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { is: "wrong", problem: `Cannot search: ${reason}` };
  }
}

function piecesOf(text: string, pattern: RegExp): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  let matches = 0;
  for (const found of text.matchAll(pattern)) {
    // A pattern can match nothing, everywhere.
    if (found[0] === "") continue;
    if (++matches > MOST_MATCHES) break;
    if (found.index > end) {
      pieces.push({ text: text.slice(end, found.index), isMatch: false });
    }
    pieces.push({ text: found[0], isMatch: true });
    end = found.index + found[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isMatch: false });
  return pieces;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
