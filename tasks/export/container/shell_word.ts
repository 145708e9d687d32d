/**
 * A word of a shell's command line.
 *
 * @module
 */

/** Returns a text as a shell takes it for one word, in quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\w./@:+-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}
