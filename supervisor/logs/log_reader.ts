/**
 * Reads a service's log across its rotated files, and goes on as it grows.
 *
 * Works on the files alone, so it does not matter whether a supervisor runs.
 *
 * @module
 */

import { join } from "node:path";
import {
  openRotatedLines,
  type RotatedLinesOptions,
} from "../../runtime/files/rotated_lines.ts";
import type { LogEntry } from "./log_file.ts";

export type { LogEntry } from "./log_file.ts";

/** Reads one service's log, each time from where it stopped before. */
export interface LogReader extends Disposable {
  readonly service: string;
  /** Yields what has been added since the last time, a block of lines at once. */
  readNew(): AsyncGenerator<LogEntry[]>;
}

/**
 * Opens a log for reading, from its oldest line.
 *
 * @param folder Where the log files are.
 * @param service The service's unique name.
 */
export function openLogReader(
  folder: string,
  service: string,
  options?: RotatedLinesOptions,
): LogReader {
  const lines = openRotatedLines(join(folder, `${service}.log`), options);
  return {
    service,
    async *readNew() {
      for (;;) {
        const block = await lines.read();
        if (block.length === 0) return;
        const entries = block.flatMap(parseEntry);
        if (entries.length > 0) yield entries;
      }
    },
    [Symbol.dispose]: () => lines[Symbol.dispose](),
  };
}

/** Lists the services that have a log, by unique name. */
export async function listLogs(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const service = /^(.+)\.log$/.exec(name)?.[1];
      if (service) names.push(service);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

/** Reads a line; none of what a crash has left in the middle of one. */
function parseEntry(line: string): LogEntry[] {
  try {
    const entry: LogEntry = JSON.parse(line);
    return typeof entry?.time === "string" && typeof entry.text === "string"
      ? [entry]
      : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
