/**
 * Breaks text between words, for a terminal: it would break it anywhere.
 *
 * @module
 */

/**
 * Breaks a text into lines of at most `columns` characters. A word that is
 * longer has a line of its own, whole, so that it can be copied.
 *
 * @param indent Put before each line but the first. @default {""}
 */
export function wrapWords(
  text: string,
  columns: number,
  indent = "",
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line === "" || line === indent) {
      line += word;
    } else if (line.length + 1 + word.length <= columns) {
      line += ` ${word}`;
    } else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}
