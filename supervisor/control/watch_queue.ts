/**
 * What somebody who watches has not been told yet: so much and no more.
 *
 * Where there is too much, the oldest goes of whoever has the most in here. So a
 * service that floods pushes out its own lines, and not those of the others.
 *
 * @module
 */

import { countLines } from "../../runtime/program/lost_output.ts";
import type { OutputChunk } from "../logs/output_listeners.ts";
import type { WatchItem } from "./commands.ts";

/** Items that wait. */
export interface WatchQueue {
  readonly isEmpty: boolean;
  /** True while there is room for an item without dropping another. */
  readonly hasRoom: boolean;
  /** Adds what was written; drops what is too much. */
  addOutput(chunk: OutputChunk): void;
  /** Adds what has happened. Never dropped: ask for room before. */
  addEvent(event: Extract<WatchItem, { type: "event" }>["event"]): void;
  /** Takes the oldest items, of about that many characters, or one at least. */
  take(maxChars: number): WatchItem[];
}

interface Entry {
  order: number;
  item: WatchItem;
  chars: number;
}

/** The entries of one service. */
interface Lane {
  entries: Entry[];
  chars: number;
  /** Lines that were dropped and that nobody has been told of. */
  lost: number;
}

/** What an item takes besides its text, in characters. */
const OVERHEAD = 200;

/** Makes an empty queue that holds about `maxChars`. */
export function createWatchQueue(maxChars: number): WatchQueue {
  const lanes = new Map<string, Lane>();
  const events: Entry[] = [];
  let chars = 0;
  let order = 0;
  const dropOldest = (): boolean => {
    let fullest: Lane | undefined;
    for (const lane of lanes.values()) {
      if (lane.chars > (fullest?.chars ?? 0)) fullest = lane;
    }
    const dropped = fullest?.entries.shift();
    if (!fullest || dropped?.item.type !== "output") return false;
    fullest.chars -= dropped.chars;
    chars -= dropped.chars;
    fullest.lost += countLines(dropped.item.chunk.text);
    return true;
  };
  const tellLoss = (entry: Entry): Entry => {
    const { item } = entry;
    if (item.type !== "output") return entry;
    const lane = lanes.get(item.chunk.name)!;
    lane.chars -= entry.chars;
    const lostLines = lane.lost;
    lane.lost = 0;
    return { ...entry, item: { ...item, lostLines } };
  };
  return {
    get isEmpty() {
      return chars === 0;
    },
    get hasRoom() {
      return chars < maxChars;
    },
    addOutput(chunk) {
      const lane = lanes.get(chunk.name) ?? { entries: [], chars: 0, lost: 0 };
      lanes.set(chunk.name, lane);
      const size = OVERHEAD + chunk.text.length;
      const item: WatchItem = { type: "output", chunk, lostLines: 0 };
      lane.entries.push({ order: order++, item, chars: size });
      lane.chars += size;
      chars += size;
      while (chars > maxChars && dropOldest());
    },
    addEvent(event) {
      const size = OVERHEAD + event.message.length;
      events.push({
        order: order++,
        item: { type: "event", event },
        chars: size,
      });
      chars += size;
    },
    take(maxTaken) {
      const taken: Entry[] = [];
      let left = maxTaken;
      for (;;) {
        const heads = [...lanes.values()].map(({ entries }) => entries);
        const first = [events, ...heads].reduce<Entry[] | undefined>(
          (best, each) =>
            each[0] && (!best || each[0].order < best[0]!.order) ? each : best,
          undefined,
        );
        const entry = first?.[0];
        if (!first || !entry) break;
        if (taken.length > 0 && entry.chars > left) break;
        first.shift();
        left -= entry.chars;
        chars -= entry.chars;
        taken.push(tellLoss(entry));
      }
      for (const [name, { entries, lost }] of lanes) {
        if (entries.length === 0 && lost === 0) lanes.delete(name);
      }
      return taken.map(({ item }) => item);
    },
  };
}
