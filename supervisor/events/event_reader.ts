/**
 * Reads the events of a state folder, and goes on as they come.
 *
 * Works on the files alone, so it does not matter whether a supervisor runs,
 * nor whether it is the same as before.
 *
 * @module
 */

import { openRotatedLines } from "../../runtime/files/rotated_lines.ts";
import {
  type EventRecord,
  eventRecord,
  eventsLost,
  numbersBegunAnew,
  parseEventRecord,
} from "./event.ts";
import { eventsPath } from "./event_file.ts";

/** Reads events, each time from where it stopped before. */
export interface EventReader extends Disposable {
  /**
   * Returns what has been added since the last time, at first all that is kept.
   *
   * Where numbers are missing an `events_lost` stands for them.
   */
  readNew(): Promise<EventRecord[]>;
}

/**
 * Opens the events of a state folder.
 *
 * @param after Only events with a higher number; 0: all that are kept.
 */
export function openEventReader(stateDir: string, after = 0): EventReader {
  const lines = openRotatedLines(eventsPath(stateDir));
  let seen = after;
  let isFirst = true;

  const readAll = async () => {
    const records: EventRecord[] = [];
    for (;;) {
      const block = await lines.read();
      if (block.length === 0) return records;
      records.push(...block.flatMap((line) => parseEventRecord(line) ?? []));
    }
  };
  /** Returns an event, after one that stands for those missing before it. */
  const withLoss = (record: EventRecord): EventRecord[] => {
    const before = seen;
    seen = record.sequence;
    if (seen === before + 1) return [record];
    const timeMs = Date.parse(record.time);
    const lost = seen > before
      ? eventsLost(before + 1, seen - 1, timeMs)
      : numbersBegunAnew(before, seen, timeMs);
    return [eventRecord(lost), record];
  };
  return {
    async readNew() {
      const records = await readAll();
      const [oldest, newest] = [records[0], records.at(-1)];
      if (!oldest || !newest) return [];
      let wanted = records;
      if (isFirst && after === 0) seen = oldest.sequence - 1;
      else if (isFirst && newest.sequence >= after) {
        wanted = records.filter(({ sequence }) => sequence > after);
      }
      isFirst = false;
      return wanted.flatMap(withLoss);
    },
    [Symbol.dispose]: () => lines[Symbol.dispose](),
  };
}
