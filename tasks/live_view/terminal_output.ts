/**
 * Standard output as the stream that Ink draws on.
 *
 * Unlike `process.stdout` it never waits for a terminal that has stopped
 * reading. `isIdle()` tells whether the terminal has taken the last frame.
 *
 * @module
 */

import { Writable } from "node:stream";

/** The size of a terminal, in characters. */
export interface TerminalSize {
  columns: number;
  rows: number;
}

/** A terminal to draw on. */
export interface TerminalOutput {
  readonly stream: Writable;
  size(): TerminalSize;
  /** True when everything has been written. */
  isIdle(): boolean;
  /** Drops whatever is written from now on. */
  close(): void;
}

/**
 * Makes the stream.
 *
 * @param file Standard output.
 * @param measure Asks the terminal for its size.
 */
export function terminalOutput(
  file: Pick<typeof Deno.stdout, "write">,
  measure: () => TerminalSize,
): TerminalOutput {
  let size: TerminalSize = { columns: 80, rows: 24 };
  let closed = false;
  const currentSize = () => {
    try {
      const { columns, rows } = measure();
      // Some terminals say 0 by 0 for a moment, and some for ever.
      if (columns > 0 && rows > 0) size = { columns, rows };
    } catch {
      // The terminal is gone; its last size does no harm.
    }
    return size;
  };
  const writeAll = async (bytes: Uint8Array) => {
    try {
      for (let start = 0; start < bytes.length && !closed;) {
        start += await file.write(bytes.subarray(start));
      }
    } catch {
      // The window was closed: SIGHUP ends us, not an error in between.
      closed = true;
    }
  };
  const stream = new Writable({
    decodeStrings: true,
    write(chunk, _encoding, done) {
      void writeAll(chunk).then(() => done());
    },
  });
  Object.defineProperties(stream, {
    isTTY: { value: true },
    columns: { get: () => currentSize().columns },
    rows: { get: () => currentSize().rows },
  });
  return {
    stream,
    size: currentSize,
    isIdle: () => stream.writableLength === 0,
    close: () => void (closed = true),
  };
}
