/**
 * Reads a service's log across its rotated files, and goes on as it grows.
 *
 * Works on the files alone, so it does not matter whether a supervisor runs.
 *
 * @module
 */

import { join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
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
      let begun: LogEntry[] = [];
      for (;;) {
        const block = await lines.read();
        const entries = joinParts([...begun, ...block.flatMap(parseEntry)]);
        if (block.length === 0) {
          if (entries.length > 0) yield entries;
          return;
        }
        // Their other parts may come with the next block.
        begun = entries.filter(({ partial, stream }, index) =>
          partial &&
          !entries.slice(index + 1).some((later) => later.stream === stream)
        );
        const whole = entries.filter((entry) => !begun.includes(entry));
        if (whole.length > 0) yield whole;
      }
    },
    [Symbol.dispose]: () => lines[Symbol.dispose](),
  };
}

/** Joins the parts of lines that were not written down in one piece. */
function joinParts(entries: readonly LogEntry[]): LogEntry[] {
  const joined: LogEntry[] = [];
  for (const entry of entries) {
    if (!entry.continued) {
      joined.push(entry);
      continue;
    }
    const at = joined.findLastIndex(({ stream }) => stream === entry.stream);
    const before = joined[at];
    if (before?.partial) {
      const { partial: _, ...begun } = before;
      joined[at] = {
        ...begun,
        text: before.text + entry.text,
        ...(entry.partial ? { partial: true } : {}),
      };
    } else if (entry.text !== "") joined.push(entry);
  }
  return joined;
}

/** Lists the services that have a log, by unique name. */
export async function listLogs(folder: string): Promise<string[]> {
  const entries = await ifThere(Array.fromAsync(Deno.readDir(folder))) ?? [];
  return entries.flatMap(({ name }) => /^(.+)\.log$/.exec(name)?.[1] ?? [])
    .sort();
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
