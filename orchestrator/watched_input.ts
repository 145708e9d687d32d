/**
 * The input of a run as it was at the start. A process that outlives ingest
 * holds it.
 *
 * Ingest may die, and by then the path may name another file. So the next
 * ingest is told what its input must be. The file stays open here, so that no
 * other file can get its inode number.
 *
 * @module
 */

import {
  describeInput,
  describeRead,
  type InputFacts,
} from "../stages/ingest/input_facts.ts";

/** An input file. Disposing of it lets go of the file. */
export interface WatchedInput extends Disposable {
  /** What it was at the start, and what has been read of it. */
  readonly facts: InputFacts;
  /** Notes that it has been read up to `end`, an offset in what it holds. */
  note(end: number): Promise<void>;
}

/**
 * Watches the file at `path`.
 *
 * @param was What it was, for a run that goes on. @default {what it is now}
 */
export async function watchInput(
  path: string,
  was?: InputFacts,
): Promise<WatchedInput> {
  const file = await Deno.open(path);
  let facts = was ?? await describeInput(file, 0);
  return {
    get facts() {
      return facts;
    },
    async note(end) {
      // Of a compressed file, what was read of what is in it may be more.
      const stored = facts.size > 0 ? Math.min(end, facts.size) : end;
      facts = { ...facts, read: await describeRead(file, stored) };
    },
    [Symbol.dispose]: () => file.close(),
  };
}
