/**
 * Writes text to standard output or standard error, in order.
 *
 * @module
 */

import { asPrintFailure } from "../../runtime/program/log.ts";
import {
  asPrinted,
  type PrintedAs,
} from "../../runtime/program/visible_text.ts";

/** One of the two, for a command whose results are what it writes. */
export interface TerminalWriter {
  /**
   * Writes; the promise is what holds a fast writer back.
   *
   * @param as What the text is. @default {"text"}
   * @throws {Failure} If it cannot be written, as on a full disk.
   */
  write(text: string, as?: PrintedAs): Promise<void>;
  /** Aborts when nobody reads any more. */
  readonly closed: AbortSignal;
}

/** Makes a writer; there should be one for each of the two. */
export function terminalWriter(
  file: Pick<typeof Deno.stdout, "write">,
): TerminalWriter {
  const encoder = new TextEncoder();
  const closed = new AbortController();
  let last = Promise.resolve();
  const writeAll = async (bytes: Uint8Array) => {
    try {
      for (let start = 0; start < bytes.length && !closed.signal.aborted;) {
        start += await file.write(bytes.subarray(start));
      }
    } catch (error) {
      // Whoever read is gone, as `| head` after its ten lines.
      if (!(error instanceof Deno.errors.BrokenPipe)) {
        throw asPrintFailure(error);
      }
      closed.abort();
    }
  };
  return {
    closed: closed.signal,
    write(text, as = "text") {
      const bytes = encoder.encode(asPrinted(text, as));
      return last = last.then(() => writeAll(bytes));
    },
  };
}

/** Puts a name before each line of a block; the last one may have no end. */
export function prefixLines(name: string, block: string): string {
  const [text, end] = block.endsWith("\n")
    ? [block.slice(0, -1), "\n"]
    : [block, ""];
  return `${name} | ${text.replaceAll("\n", `\n${name} | `)}${end}`;
}

/** Writes a time as people say it: "850 ms", "12 s", "3 min", "2 h 5 min". */
export function formatTime(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Writes a number of bytes: "64.2 MiB". */
export function formatBytes(bytes: number): string {
  return bytes < 2 ** 20
    ? `${(bytes / 2 ** 10).toFixed(0)} KiB`
    : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
