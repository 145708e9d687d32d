/**
 * Cuts what a process writes into whole lines.
 *
 * It reads nothing more until the last lines have been dealt with. So a process
 * that floods its output waits in its own write, and no memory grows.
 *
 * @module
 */

/** Options for {@linkcode lineBlocks}. */
export interface LineOptions {
  /** Longer lines are cut in pieces of about this length. @default {1_048_576} */
  maxLineChars?: number;
  /**
   * A text without line end, such as a prompt, is not kept back for longer than
   * this, in milliseconds. @default {for ever}
   */
  pauseMs?: number;
}

/**
 * Reads a stream as blocks of whole lines, each line ending with "\n".
 *
 * A block holds as many lines as were there to read, which is what makes a
 * flood cheap. A last line without an end gets one; "\r\n" becomes "\n"; bytes
 * that are not UTF-8 become U+FFFD. With `pauseMs` a block may be a text without
 * line end: the next block goes on with that line, and if only to end it.
 *
 * @param bytes What a process writes.
 */
export async function* lineBlocks(
  bytes: AsyncIterable<Uint8Array>,
  { maxLineChars = 2 ** 20, pauseMs }: LineOptions = {},
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const chunks = bytes[Symbol.asyncIterator]();
  let rest = "";
  /** True after a block without line end. */
  let isOpen = false;
  const lines = (text: string) =>
    text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  try {
    for (;;) {
      const next = chunks.next();
      if (pauseMs !== undefined && await isLate(next, rest, pauseMs)) {
        // What may be half a line end waits for its other half.
        const text = rest.endsWith("\r") ? rest.slice(0, -1) : rest;
        rest = rest.slice(text.length);
        if (text !== "") {
          isOpen = true;
          yield lines(text);
        }
      }
      const { done, value } = await next;
      if (done) break;
      const text = decoder.decode(value, { stream: true });
      const end = text.lastIndexOf("\n") + 1;
      if (end > 0) {
        isOpen = false;
        yield lines(rest + text.slice(0, end));
        rest = text.slice(end);
      } else {
        rest += text;
      }
      if (rest.length > maxLineChars) {
        isOpen = false;
        yield lines(`${rest}\n`);
        rest = "";
      }
    }
    rest += decoder.decode();
    if (rest !== "" || isOpen) yield lines(`${rest}\n`);
  } finally {
    // Not awaited: where a chunk has been asked for, it may never come.
    void chunks.return?.(undefined);
  }
}

/** True if there is a text that waits, and nothing comes within `ms`. */
async function isLate(
  next: Promise<unknown>,
  text: string,
  ms: number,
): Promise<boolean> {
  if (text === "") return false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), ms);
  });
  try {
    return await Promise.race([next.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
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
