/**
 * A service's log: one JSON document a line, in files that are rotated.
 *
 * `<name>.log` is being written, `<name>.log.1` is the one before it, and so
 * on. log_reader.ts reads them.
 *
 * @module
 */

import { join } from "node:path";
import {
  openRotatingFile,
  type RotatingFileOptions,
} from "../../runtime/files/rotating_file.ts";
import { countLines } from "../../runtime/program/lost_output.ts";

/** Which of a process's two outputs a line came from. */
export type OutputStream = "stdout" | "stderr";

/** One line of a log file. */
export interface LogEntry {
  /** When it was read, as ISO 8601 with milliseconds. */
  time: string;
  service: string;
  stream: OutputStream;
  text: string;
  /** The line had not ended when it was written down, like a prompt. */
  partial?: boolean;
  /** It goes on with the line before it of the same stream. */
  continued?: boolean;
}

/** A log that is open for writing. */
export interface LogFile extends AsyncDisposable {
  /**
   * Writes a block of whole lines, or a text that has no line end yet. Await it
   * before the next of that stream: that is what holds a service back which
   * writes faster than the disk.
   *
   * @param atMs When it was read, in Unix milliseconds. @default {now}
   */
  write(
    stream: OutputStream,
    block: string,
    atMs?: number,
  ): Promise<Written>;
}

/** How a write went. */
export type Written =
  | { status: "written" }
  /** `lines`: how many of the block are not in the file. */
  | { status: "failed"; reason: string; lines: number };

/**
 * Opens the log of one service. The file is made with the first line.
 *
 * @param folder Where the log files are.
 * @param service The service's unique name.
 */
export function openLogFile(
  folder: string,
  service: string,
  options: RotatingFileOptions,
): LogFile {
  const encoder = new TextEncoder();
  const file = openRotatingFile(join(folder, `${service}.log`), options);
  /** The streams in the middle of a line. */
  const open = new Set<OutputStream>();
  return {
    async write(stream, block, atMs = Date.now()) {
      const continued = open.has(stream);
      if (block.endsWith("\n")) open.delete(stream);
      else open.add(stream);
      const bytes = encoder.encode(
        formatEntries(service, stream, block, { continued, atMs }),
      );
      const appended = await file.append(bytes);
      if (appended.status === "written") return appended;
      const { reason, written } = appended;
      const whole = bytes.subarray(0, written).filter((byte) => byte === 0x0a);
      const lines = countLines(block) - whole.length;
      return { status: "failed", reason, lines };
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

// deno-lint-ignore no-control-regex
const TO_ESCAPE = /["\\\u0000-\u0009\u000b-\u001f]/g;

/** Options for {@linkcode formatEntries}. */
export interface FormatOptions {
  /** Unix time in milliseconds. @default {now} */
  atMs?: number;
  /** The block goes on with a line that has begun. @default {false} */
  continued?: boolean;
}

/**
 * Writes a block of whole lines as the lines of a log file; one without an end
 * is marked as partial.
 *
 * Works on the block as a whole: a million short lines cost as much as their
 * bytes, not as a million calls.
 */
export function formatEntries(
  service: string,
  stream: OutputStream,
  block: string,
  { atMs = Date.now(), continued = false }: FormatOptions = {},
): string {
  const time = new Date(atMs).toISOString();
  const before = `{"time":"${time}","service":${
    JSON.stringify(service)
  },"stream":"${stream}","text":"`;
  const isWhole = block.endsWith("\n");
  const text = isWhole ? block.slice(0, -1) : block;
  const escaped = text.search(TO_ESCAPE) < 0
    ? text
    : text.replace(TO_ESCAPE, (each) => JSON.stringify(each).slice(1, -1));
  const first = continued
    ? before.replace(/"text":"$/, `"continued":true,"text":"`)
    : before;
  const lines = escaped.replaceAll("\n", `"}\n${before}`);
  return `${first}${lines}"${isWhole ? "" : `,"partial":true`}}\n`;
}
