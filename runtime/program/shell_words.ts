/**
 * Command lines for a person to copy into a shell.
 *
 * @module
 */

import { widthOf } from "./text_width.ts";

/** Quotes a word for a shell where that needs it. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Options for {@linkcode wrapWords}. */
export interface WrapOptions {
  /** How many columns there are; a longer word has a line of its own. */
  columns: number;
  /** What stands between two words. @default {" "} */
  between?: string;
  /** What stands at the end of each line but the last. @default {""} */
  goesOn?: string;
}

/** Puts words into lines of at most so many columns. */
export function wrapWords(
  words: readonly string[],
  { columns, between = " ", goesOn = "" }: WrapOptions,
): string[] {
  const lines: string[] = [];
  for (const [at, word] of words.entries()) {
    const text = at < words.length - 1 ? `${word}${between}` : word;
    const last = lines.at(-1);
    const isRoom = last !== undefined &&
      widthOf(last) + widthOf(text.trimEnd()) + widthOf(goesOn) <= columns;
    if (isRoom) lines[lines.length - 1] = last + text;
    else lines.push(text);
  }
  return lines.map((line, at) =>
    at < lines.length - 1 ? `${line.trimEnd()}${goesOn}` : line
  );
}
