/**
 * A line of the screen: pieces of text, each in one style.
 *
 * @module
 */

import { cut, widthOf } from "../../runtime/program/text_width.ts";

/** The colours in use, all of them among the sixteen of any terminal. */
export type Colour =
  | "red"
  | "green"
  | "yellow"
  | "blue"
  | "magenta"
  | "cyan"
  | "gray";

/** A piece of a line. */
export interface Span {
  text: string;
  colour?: Colour;
  bold?: boolean;
  dim?: boolean;
  inverse?: boolean;
}

/** One line of the screen. */
export type Line = readonly Span[];

/** Puts a gap between two parts; undefined when they do not fit. */
export function spread(
  left: Line,
  right: Line,
  columns: number,
  filler = " ",
): Line | undefined {
  const gap = columns - widthOfLine(left) - widthOfLine(right);
  if (gap < 0) return undefined;
  return [...left, { text: filler.repeat(gap), dim: true }, ...right];
}

/** Returns the columns that a line takes. */
export function widthOfLine(line: Line): number {
  return line.reduce((width, { text }) => width + widthOf(text), 0);
}

/** Cuts a line to a number of columns. */
export function cutLine(line: Line, columns: number): Line {
  let left = columns;
  return line.flatMap((span) => {
    const text = cut(span.text, left);
    left -= widthOf(text);
    return text === "" ? [] : [{ ...span, text }];
  });
}

/** Joins neighbours that look the same: the fewer pieces, the less to draw. */
export function joinAlike(line: Line): Line {
  const joined: Span[] = [];
  for (const span of line) {
    const last = joined.at(-1);
    if (last && styleOf(last) === styleOf(span)) {
      joined[joined.length - 1] = { ...last, text: last.text + span.text };
    } else joined.push(span);
  }
  return joined;
}

function styleOf({ colour, bold, dim, inverse }: Span): string {
  return [colour, bold, dim, inverse].join();
}
