/**
 * Merges the logs of several services into one, by time.
 *
 * @module
 */

import type { LogEntry, LogReader } from "../../supervisor/logs/log_reader.ts";

/** Several logs as one. */
export interface MergedLogs {
  /**
   * Adds a log.
   *
   * @param tail Begins with only so many of its lines. @default {all}
   */
  add(reader: LogReader, tail?: number): Promise<void>;
  /**
   * Yields what is there and has not been yielded yet, some lines at once.
   *
   * @param before Leaves lines from this Unix time on, in milliseconds, for
   * later: other logs may still get lines from before them. @default {none}
   */
  take(before?: number): AsyncGenerator<LogEntry[]>;
}

/** One of the logs. */
interface Source {
  reader: LogReader;
  /** What the reader is about to yield; a new one once that has ended. */
  blocks: AsyncGenerator<LogEntry[]>;
  /** Read and not yet yielded. */
  entries: LogEntry[];
}

/**
 * Begins without any log.
 *
 * @param isWanted False for lines that are left out.
 */
export function mergeLogs(isWanted: (entry: LogEntry) => boolean): MergedLogs {
  const sources: Source[] = [];

  /** Reads on if all that was read has been yielded. */
  const fill = async (source: Source) => {
    while (source.entries.length === 0) {
      const { done, value } = await source.blocks.next();
      if (done) {
        source.blocks = source.reader.readNew();
        return;
      }
      source.entries = value.filter(isWanted);
    }
  };

  return {
    async add(reader, tail) {
      const entries = tail === undefined
        ? []
        : await lastLines(reader, tail, isWanted);
      sources.push({ reader, blocks: reader.readNew(), entries });
    },
    async *take(before) {
      const limit = before === undefined
        ? undefined
        : new Date(before).toISOString();
      // After the clock was set back there are lines from the future.
      const now = new Date().toISOString();
      const isLate = ({ time }: LogEntry) =>
        limit !== undefined && time >= limit && time <= now;
      for (const source of sources) await fill(source);
      for (;;) {
        const [first, second] = sources
          .filter(({ entries: [head] }) => head && !isLate(head))
          .sort((a, b) => compare(a.entries[0]!.time, b.entries[0]!.time));
        if (!first) return;
        const until = second?.entries[0]?.time;
        const end = first.entries.findIndex((entry) =>
          isLate(entry) || (until !== undefined && entry.time > until)
        );
        yield first.entries.splice(0, end < 0 ? Infinity : end);
        await fill(first);
      }
    },
  };
}

/** Reads a log to its end for now, and keeps the last lines. */
async function lastLines(
  reader: LogReader,
  count: number,
  isWanted: (entry: LogEntry) => boolean,
): Promise<LogEntry[]> {
  const last: LogEntry[] = [];
  for await (const block of reader.readNew()) {
    last.push(...block.filter(isWanted));
    // Not each time: what is kept would be moved for every block.
    if (last.length > 2 * count) last.splice(0, last.length - count);
  }
  return last.slice(Math.max(0, last.length - count));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
