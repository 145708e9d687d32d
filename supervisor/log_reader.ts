/**
 * Reads a service's log across its rotated files, and goes on as it grows.
 *
 * Works on the files alone, so it does not matter whether a supervisor runs.
 *
 * @module
 */

import { join } from "node:path";
import { lineBlocks } from "./output_lines.ts";
import type { LogEntry } from "./log_file.ts";

/** Reads one service's log, each time from where it stopped before. */
export interface LogReader {
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
export function openLogReader(folder: string, service: string): LogReader {
  let position: Position | undefined;
  return {
    service,
    async *readNew() {
      for (const path of await pathsAfter(folder, service, position)) {
        for await (const read of readFrom(path, position)) {
          position = read.position;
          if (read.entries.length > 0) yield read.entries;
        }
      }
    },
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

/** How far a log has been read: a file, which rotation renames, and a place. */
interface Position {
  inode: number;
  offset: number;
}

/** Names the files from a position on, oldest first; all without one. */
async function pathsAfter(
  folder: string,
  service: string,
  position: Position | undefined,
): Promise<string[]> {
  const newestFirst: string[] = [];
  let missing = 0;
  for (let index = 0; missing < 2; index++) {
    const path = join(folder, `${service}.log${index ? `.${index}` : ""}`);
    try {
      const { ino, size } = await Deno.stat(path);
      if (ino === position?.inode && size === position.offset) break;
      newestFirst.push(path);
      if (ino === position?.inode) break;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      missing++; // rotation renames one file after another
    }
  }
  return newestFirst.reverse();
}

/**
 * Reads the entries of a file, from the position if it is about this file.
 *
 * What cannot be read counts only once something follows that can: half a line
 * at the end is still being written, one in the middle stays so for ever.
 */
async function* readFrom(path: string, last: Position | undefined) {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return; // rotated away
    throw error;
  }
  const inode = (await file.stat()).ino ?? 0;
  let offset = inode === last?.inode ? last.offset : 0;
  await file.seek(offset, Deno.SeekMode.Start);
  const encoder = new TextEncoder();
  let unread = 0;
  for await (const block of lineBlocks(file.readable)) {
    const entries: LogEntry[] = [];
    for (const line of block.slice(0, -1).split("\n")) {
      unread += encoder.encode(line).length + 1;
      const entry = parseEntry(line);
      if (!entry) continue;
      entries.push(entry);
      offset += unread;
      unread = 0;
    }
    yield { entries, position: { inode, offset } };
  }
}

function parseEntry(line: string): LogEntry | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // not a whole line
  }
}
