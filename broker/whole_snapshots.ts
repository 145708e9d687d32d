/**
 * Joins the parts of a snapshot.
 *
 * @module
 */

import type { Entry__Output } from "../proto/types/broker/v1/Entry.ts";
import type { WatchUpdate__Output } from "../proto/types/broker/v1/WatchUpdate.ts";

/**
 * Reads one watch, and holds a snapshot back until its last part is there. A
 * snapshot that the stream does not finish is never told.
 */
export async function* wholeSnapshots(
  updates: AsyncIterable<WatchUpdate__Output>,
): AsyncGenerator<WatchUpdate__Output> {
  let parts: Entry__Output[][] = [];
  for await (const update of updates) {
    if (!update.snapshot) {
      yield update;
      continue;
    }
    const { entries, more } = update.snapshot;
    parts.push(entries);
    if (more) continue;
    yield { ...update, snapshot: { entries: parts.flat(), more } };
    parts = [];
  }
}
