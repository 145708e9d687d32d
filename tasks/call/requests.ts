/**
 * Where the requests of a call come from: words of the command line, files, and
 * standard input.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import { shortPath, userPath } from "../../runtime/program/paths.ts";
import { asPathError } from "../../runtime/program/system_error.ts";
import { type JsonText, readJsonValues } from "./json_values.ts";

/** Stands for standard input. */
export const STDIN = "-";

/** How much is read at once. */
const CHUNK_BYTES = 64 * 2 ** 10;

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
    if (word === STDIN) yield* readAll(Deno.stdin, "standard input");
    else if (word.startsWith("@")) yield* readFile(userPath(word.slice(1)));
    else yield* readJsonValues([word], () => "the command line");
  }
}

async function* readFile(path: string): AsyncGenerator<JsonText> {
  const source = `"${shortPath(path)}"`;
  try {
    using file = await Deno.open(path);
    yield* readAll(file, source);
  } catch (error) {
    throw asPathError(`Cannot read ${source}`, error) ?? error;
  }
}

async function* readAll(
  input: { read(buffer: Uint8Array): Promise<number | null> },
  source: string,
): AsyncGenerator<JsonText> {
  yield* readJsonValues(
    readText(input, source),
    (line) => `line ${line} of ${source}`,
  );
}

async function* readText(
  input: { read(buffer: Uint8Array): Promise<number | null> },
  source: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const buffer = new Uint8Array(CHUNK_BYTES);
  const decode = (bytes?: Uint8Array<ArrayBuffer>) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new UsageError(`Cannot read ${source}: it is not UTF-8`, {
        cause: error,
      });
    }
  };
  for (let size; (size = await input.read(buffer)) !== null;) {
    yield decode(buffer.subarray(0, size));
  }
  yield decode();
}
