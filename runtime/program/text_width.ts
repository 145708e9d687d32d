/**
 * Cuts and pads text to a number of columns of a terminal. Some characters take
 * two columns, some none.
 *
 * @module
 */

import stringWidth from "string-width";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const ONE_COLUMN_EACH = /^[\x20-\x7e]*$/;

/** Counts the columns that `text` takes. */
export function widthOf(text: string): number {
  return ONE_COLUMN_EACH.test(text) ? text.length : stringWidth(text);
}

/** Cuts `text` to at most `columns`; a "…" stands for what is missing. */
export function cut(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (text.length <= columns && ONE_COLUMN_EACH.test(text)) return text;
  // No character takes less than a column save those that join others, so
  // this many are enough to tell, however long the text is.
  const head = text.slice(0, columns * 16);
  if (head.length === text.length && widthOf(text) <= columns) return text;
  return `${takeColumns(head, columns - 1)}…`;
}

/**
 * Cuts `text` to at most `columns` in its middle: names of one kind, such as
 * those of replicas, differ at their ends.
 */
export function cutMiddle(text: string, columns: number): string {
  const whole = widthOf(text);
  if (whole <= columns || columns <= 0) return cut(text, columns);
  const tail = Math.floor((columns - 1) / 2);
  const head = takeColumns(text, columns - 1 - tail);
  return `${head}…${skipColumns(text, whole - tail)}`;
}

/** Fills `text` with spaces up to `columns`, or cuts it. */
export function fit(
  text: string,
  columns: number,
  align: "left" | "right" = "left",
): string {
  const shown = cut(text, columns);
  const gap = " ".repeat(Math.max(0, columns - widthOf(shown)));
  return align === "left" ? shown + gap : gap + shown;
}

/** Leaves out the first `columns` of `text`. */
export function skipColumns(text: string, columns: number): string {
  if (columns <= 0) return text;
  if (ONE_COLUMN_EACH.test(text)) return text.slice(columns);
  let skipped = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    if (skipped >= columns) return text.slice(index);
    skipped += widthOf(segment);
  }
  return "";
}

function takeColumns(text: string, columns: number): string {
  if (ONE_COLUMN_EACH.test(text)) return text.slice(0, columns);
  let taken = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    taken += widthOf(segment);
    if (taken > columns) return text.slice(0, index);
  }
  return text;
}
