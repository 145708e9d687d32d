/**
 * Cuts what a process writes into whole lines.
 *
 * Pulls: nothing is read before the last lines have been dealt with, so a
 * process that floods its output waits in its own write, and no memory grows.
 *
 * @module
 */

/** Options for {@linkcode lineBlocks}. */
export interface LineOptions {
  /** Longer lines are cut in pieces of about this length. @default {1_048_576} */
  maxLineChars?: number;
}

/**
 * Reads a stream as blocks of whole lines, each line ending with "\n".
 *
 * A block holds as many lines as were there to read, which is what makes a
 * flood cheap. A last line without an end gets one; "\r\n" becomes "\n"; bytes
 * that are not UTF-8 become U+FFFD.
 *
 * @param bytes What a process writes.
 */
export async function* lineBlocks(
  bytes: AsyncIterable<Uint8Array>,
  { maxLineChars = 2 ** 20 }: LineOptions = {},
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  const lines = (text: string) =>
    text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) {
      yield lines(rest + text.slice(0, end));
      rest = text.slice(end);
    } else {
      rest += text;
    }
    if (rest.length > maxLineChars) {
      yield lines(`${rest}\n`);
      rest = "";
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield lines(`${rest}\n`);
}

/** Reads a stream line by line, without the line ends. */
export async function* eachLine(
  bytes: AsyncIterable<Uint8Array>,
  options?: LineOptions,
): AsyncGenerator<string> {
  for await (const block of lineBlocks(bytes, options)) {
    yield* block.slice(0, -1).split("\n");
  }
}
