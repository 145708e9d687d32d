/**
 * Lines of env files that not every reader takes for the same.
 *
 * @module
 */

/** A line that all read as docker compose does. */
const PLAIN_LINE =
  /^[ \t]*(#.*)?$|^[A-Za-z_]\w*=([^\s"'\\$#`]([^"'\\$#`]*[^\s"'\\$#`])?)?$/;

/** Returns the numbers, from 1, of lines that some read in another way. */
export function strangeLines(text: string): number[] {
  return text.split("\n").flatMap((line, index) =>
    PLAIN_LINE.test(line) ? [] : [index + 1]
  );
}

/** Returns the numbers of lines that set what an earlier one has set. */
export function repeatedLines(text: string): number[] {
  const names = new Set<string>();
  return text.split("\n").flatMap((line, index) => {
    const name = /^\s*([^#=\s]+)=/.exec(line)?.[1];
    if (name === undefined) return [];
    if (names.has(name)) return [index + 1];
    names.add(name);
    return [];
  });
}
