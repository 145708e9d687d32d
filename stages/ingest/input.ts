/**
 * Opens the input of a run, a file or standard input, for ingest and for the
 * monolith.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";

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
 * Opens an input.
 *
 * @param path Its path; "-" is standard input.
 * @param offset Where to begin, in bytes; standard input has no choice.
 * @param signal Ends the reading.
 * @throws {Fault} `failed_precondition` if it cannot be read from there.
 */
export async function openInput(
  path: string,
  offset: number,
  signal: AbortSignal,
): Promise<Input> {
  if (path === "-") {
    return {
      size: 0,
      read: (buffer) => untilAborted(readStandardInput(buffer), signal),
      [Symbol.dispose]() {},
    };
  }
  try {
    const file = await Deno.open(path);
    // A pipe cannot seek, and need not where the input is read from its start.
    if (offset > 0) await file.seek(offset, Deno.SeekMode.Start);
    return {
      size: (await file.stat()).size,
      read: (buffer) => untilAborted(file.read(buffer), signal),
      [Symbol.dispose]: () => file.close(),
    };
  } catch (error) {
    throw unreadable(path, error);
  }
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

/**
 * Waits, but no longer than until `signal` aborts.
 *
 * @throws {Fault} `cancelled` once it does.
 */
export function untilAborted<T>(
  wait: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () =>
      reject(new Fault("cancelled", "Cannot read on: the run was cancelled"));
    if (signal.aborted) stop();
    // Not Promise.race: each would stay with the signal for the whole run.
    signal.addEventListener("abort", stop, { once: true });
    wait.then(resolve, reject).finally(() =>
      signal.removeEventListener("abort", stop)
    );
  });
}
