/**
 * Where the requests of a call come from: words of the command line, files, and
 * standard input.
 *
 * @module
 */

import { shortPath, userPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { type JsonText, readJsonValues } from "./json_values.ts";

/** Stands for standard input. */
export const STDIN = "-";

/**
 * Yields the requests in order, each as soon as it is there.
 *
 * @param words JSON itself, `-` for standard input, or `@` and a file.
 * @throws {UsageError} If a file cannot be read, or a value has no end.
 */
export async function* readRequests(
  words: readonly string[],
): AsyncGenerator<JsonText> {
  for (const word of words) {
    if (word === STDIN) {
      yield* readJsonValues(
        textOf(Deno.stdin.readable),
        (line) => `line ${line} of standard input`,
      );
    } else if (word.startsWith("@")) {
      const path = userPath(word.slice(1));
      const source = `"${shortPath(path)}"`;
      const file = await withPathErrors(
        `Cannot read ${source}`,
        () => Deno.open(path),
      );
      yield* readJsonValues(
        textOf(file.readable),
        (line) => `line ${line} of ${source}`,
      );
    } else yield* readJsonValues([word], () => "the command line");
  }
}

function textOf(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
): ReadableStream<string> {
  return bytes.pipeThrough(new TextDecoderStream());
}
