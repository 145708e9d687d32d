/**
 * An aggregate at rest: a head, and a record for each group and each result of a
 * closed window.
 *
 * @module
 */

import type {
  Opening,
  Position,
  Schema,
} from "../../proto/pipeline/batches.ts";
import type { Totals__Output } from "../../proto/types/pipeline/v1/Totals.ts";
import type { RejectCount } from "./reject_counts.ts";

/** A record by its id, a whole number from 0. */
export interface SavedRecord {
  id: number;
  bytes: Uint8Array;
}

/**
 * Records, one after the other: each is good until the next one is asked for. A
 * save has many, and to make each anew takes longer than to write it.
 */
export type SavedRecords = Iterable<Readonly<SavedRecord>>;

/** What was saved, to go on from. */
export interface Saved {
  head: unknown;
  /** In any order. */
  records: SavedRecords;
}

/** What has changed; to be read before more is counted. */
export interface Changes {
  /** Small, and JSON can hold it. */
  head: unknown;
  changed: SavedRecords;
  /** Ids of records that are no more; of some of them there was none. */
  removed: Iterable<number>;
}

/** What is not of one group. */
export interface Head {
  /** What is counted, which must be the same when it is gone on with. */
  kind: string;
  position: Position;
  totals: Totals__Output;
  /** The latest time of an event, as text: JSON has no infinity. */
  watermarkMs: string;
  /** Those of `totals` by stage and reason; a save may be from before there were any. */
  rejects?: RejectCount[];
}

/**
 * What is counted, as a text that is the same for the same. How many groups there
 * may be is no part of it: whoever has too many raises it and goes on.
 */
export function kindOf(schema: Schema, tags: Opening["tags"]): string {
  const { time, keys, values, required, builtIn, windows } = schema;
  return JSON.stringify([
    time && [time.path, time.format, time.required],
    keys.map((key) => [key.name, key.path, key.oneOf, key.required]),
    values.map((value) => [
      value.name,
      value.path,
      value.as,
      value.of,
      value.required,
    ]),
    required.map(({ path, as }) => [path, as]),
    builtIn,
    windows &&
    [windows.sizeMs, windows.offsetMs, windows.allowedLatenessMs ?? null],
    tags.map(({ name, values }) => [name, values]),
  ]);
}

/** The id of an open group. */
export function groupId(slot: number): number {
  return 2 * slot;
}

/** The id of the result of a closed window. */
export function resultId(number: number): number {
  return 2 * number + 1;
}

/** Tells the records of groups from those of results, which come in order. */
export function sortRecords(
  records: SavedRecords,
  group: (slot: number, bytes: Uint8Array) => void,
): Uint8Array[] {
  const results: SavedRecord[] = [];
  for (const { id, bytes } of records) {
    if (id % 2 === 0) group(id / 2, bytes);
    else results.push({ id, bytes: new Uint8Array(bytes) });
  }
  return results.sort((a, b) => a.id - b.id).map(({ bytes }) => bytes);
}
