/**
 * Opens the input of a run, a file or standard input, for ingest and for the
 * monolith.
 *
 * @module
 */

import { statIfThere } from "../../runtime/files/optional_file.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { type HeldFile, holdFile } from "./held_file.ts";
import { untilAborted } from "./until_aborted.ts";

/** An open input; disposing of it closes it. */
export interface Input extends Disposable {
  /** In bytes; 0 where it is not known, as for a pipe. */
  readonly size: number;
  /**
   * Reads on, as an open file does.
   *
   * @throws {Fault} `cancelled` once the signal aborts, even where nothing
   * comes: a terminal or a pipe may be silent for ever.
   */
  read(buffer: Uint8Array): Promise<number | null>;
}

/**
 * Opens an input at its start, for one run.
 *
 * @param path Its path; "-" is standard input.
 * @param signal Ends the waiting for a pipe's writer, and the reading.
 * @throws {Fault} `failed_precondition` if it cannot be read.
 */
export async function openInput(
  path: string,
  signal: AbortSignal,
): Promise<Input> {
  if (path === "-") {
    return {
      size: 0,
      read: (buffer) => untilAborted(readStandardInput(buffer), signal),
      [Symbol.dispose]() {},
    };
  }
  if (!await isSeekable(path)) {
    const pipe = await openPipe(path, signal);
    return {
      size: 0,
      read: (buffer) => untilAborted(pipe.read(buffer), signal),
      [Symbol.dispose]: () => pipe.close(),
    };
  }
  const file = await holdInput(path);
  return { ...await file.open(0, signal), [Symbol.dispose]: file.close };
}

/**
 * Opens a file for as long as it is read, and reads it from any place.
 *
 * @throws {Fault} `failed_precondition` if it cannot be read.
 */
export async function holdInput(path: string): Promise<HeldFile> {
  try {
    return await holdFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Opens what gives its bytes only once; a named pipe waits for its writer.
 *
 * @throws {Fault} `cancelled` once the signal aborts, writer or not;
 * `failed_precondition` if it cannot be opened.
 */
export async function openPipe(
  path: string,
  signal: AbortSignal,
): Promise<Deno.FsFile> {
  const opening = Deno.open(path);
  try {
    return await untilAborted(opening, signal);
  } catch (error) {
    if (!(error instanceof Fault)) throw unreadable(path, error);
    // Nobody waits for it any more; its writer may still come.
    opening.then((late) => late.close(), () => {});
    throw error;
  }
}

/** False for what gives its bytes only once. */
export async function isSeekable(path: string): Promise<boolean> {
  if (path === "-") return false;
  // Where there is none, opening it will say so in better words.
  return (await statIfThere(path))?.isFile ?? true;
}

/** Says that an input cannot be opened. */
export function unreadable(path: string, error: unknown): Fault {
  return new Fault(
    "failed_precondition",
    `Cannot read the input "${path}": ${
      error instanceof Error ? error.message : error
    }`,
    { cause: error },
  );
}

/** Reads on from standard input. */
export function readStandardInput(
  buffer: Uint8Array,
): Promise<number | null> {
  return Deno.stdin.read(buffer);
}
