/**
 * The last that each service has written, for whoever begins to look.
 *
 * Kept in memory, so that it ends exactly where the next output begins; the log
 * files have much more.
 *
 * @module
 */

import type { OutputChunk } from "./output_listeners.ts";

/** What was written of late. */
export interface RecentOutput {
  add(chunk: OutputChunk): void;
  /** All that is remembered, in the order in which it was added. */
  all(): OutputChunk[];
}

interface Kept {
  blocks: { order: number; chunk: OutputChunk }[];
  chars: number;
}

/**
 * Remembers nothing yet.
 *
 * @param maxChars How much is remembered of one service, besides its last block.
 */
export function createRecentOutput(maxChars: number = 2 ** 14): RecentOutput {
  const byName = new Map<string, Kept>();
  let order = 0;
  return {
    add(chunk) {
      const kept = byName.get(chunk.name) ?? { blocks: [], chars: 0 };
      byName.set(chunk.name, kept);
      kept.blocks.push({ order: order++, chunk });
      kept.chars += sizeOf(chunk);
      while (kept.blocks.length > 1 && kept.chars > maxChars) {
        kept.chars -= sizeOf(kept.blocks.shift()!.chunk);
      }
    },
    all: () =>
      [...byName.values()].flatMap(({ blocks }) => blocks)
        .sort((one, other) => one.order - other.order)
        .map(({ chunk }) => chunk),
  };
}

/** What a block takes besides its text, in characters. */
const OVERHEAD = 100;

function sizeOf({ text }: OutputChunk): number {
  return OVERHEAD + text.length;
}
