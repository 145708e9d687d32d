/**
 * A service's log: one JSON document a line, in files that are rotated.
 *
 * `<name>.log` is being written, `<name>.log.1` is the one before it, and so
 * on. log_reader.ts reads them.
 *
 * @module
 */

import { join } from "node:path";
import { createStream, type RotatingFileStream } from "rotating-file-stream";
import { endsTorn } from "../../runtime/files/torn_line.ts";

/** Which of a process's two outputs a line came from. */
export type OutputStream = "stdout" | "stderr";

/** One line of a log file. */
export interface LogEntry {
  /** When it was read, as ISO 8601 with milliseconds. */
  time: string;
  service: string;
  stream: OutputStream;
  text: string;
}

/** A log that is open for writing. */
export interface LogFile extends AsyncDisposable {
  /**
   * Writes a block of whole lines. Await it before the next: that is what
   * holds a service back which writes faster than the disk.
   */
  write(stream: OutputStream, block: string): Promise<void>;
}

/** Options for {@linkcode openLogFile}. */
export interface LogFileOptions {
  /** Size at which a file is full; the last block may exceed it. */
  maxBytes: number;
  /** How many files are kept, the one being written included. */
  maxFiles: number;
}

/**
 * Opens the log of one service. The file is made with the first line.
 *
 * @param folder Where the log files are; must exist.
 * @param service The service's unique name.
 */
export function openLogFile(
  folder: string,
  service: string,
  { maxBytes, maxFiles }: LogFileOptions,
): LogFile {
  const encoder = new TextEncoder();
  let file: RotatingFileStream | undefined;
  let failure: Error | undefined;
  const open = () => {
    const opened = createStream(
      (index) => `${service}.log${index ? `.${index}` : ""}`,
      { path: folder, size: `${maxBytes}B`, rotate: maxFiles - 1 },
    );
    opened.on("error", (error) => failure = error);
    // What a supervisor that was killed had half written stays apart.
    if (endsTorn(join(folder, `${service}.log`))) opened.write("\n");
    return opened;
  };
  return {
    write(stream, block) {
      file ??= open();
      if (failure) return Promise.reject(failure);
      const bytes = encoder.encode(formatEntries(service, stream, block));
      return new Promise((resolve, reject) => {
        file?.write(bytes, (error) => error ? reject(error) : resolve());
      });
    },
    [Symbol.asyncDispose]() {
      return new Promise((resolve) => {
        if (file && !failure) file.end(() => resolve());
        else resolve();
      });
    },
  };
}

// deno-lint-ignore no-control-regex
const TO_ESCAPE = /["\\\u0000-\u0009\u000b-\u001f]/g;

/**
 * Writes a block of whole lines as the lines of a log file.
 *
 * Works on the block as a whole: a million short lines cost as much as their
 * bytes, not as a million calls.
 */
export function formatEntries(
  service: string,
  stream: OutputStream,
  block: string,
  atMs: number = Date.now(),
): string {
  const time = new Date(atMs).toISOString();
  const before = `{"time":"${time}","service":${
    JSON.stringify(service)
  },"stream":"${stream}","text":"`;
  const text = block.endsWith("\n") ? block.slice(0, -1) : block;
  const escaped = text.search(TO_ESCAPE) < 0
    ? text
    : text.replace(TO_ESCAPE, (each) => JSON.stringify(each).slice(1, -1));
  return `${before}${escaped.replaceAll("\n", `"}\n${before}`)}"}\n`;
}
