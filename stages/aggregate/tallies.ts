/**
 * How many events each group has, how often each tag had each value, and which
 * groups have changed.
 *
 * @module
 */

import type { Reader } from "protobufjs";
import type { Opening } from "../../proto/pipeline/batches.ts";
import { readNumber } from "../../proto/reader.ts";
import type { TagCount__Output } from "../../proto/types/pipeline/v1/TagCount.ts";
import { writeNumber } from "../../proto/writer.ts";
import { LATE } from "./group_slots.ts";
import { grown } from "./value_figures.ts";

/** Counts by slot. */
export interface Tallies {
  grow(slots: number): void;
  clear(slot: number): void;
  /** Counts the events of the first rows. */
  add(tags: readonly Uint8Array[], slots: Uint32Array, rows: number): void;
  /** Notes that a slot is another one than it was. */
  touch(slot: number): void;
  /** The slots that have changed since the last call; good until the next change. */
  takeTouched(): Uint32Array;
  count(slot: number): number;
  tagCounts(slot: number): TagCount__Output[];
  /** Writes the count as a field of its own, and the tags as others. */
  write(slot: number): void;
  /** Reads such a field, after its tag. @returns False for another. */
  read(slot: number, field: number, reader: Reader): boolean;
}

const COUNT_FIELD = 1;
/** The first field of tags; each is for a value of a tag. */
export const TAG_FIELDS = 1_024;

/** Starts with no events. */
export function createTallies(tags: Opening["tags"]): Tallies {
  // One row a slot, one column a value of a tag; of each tag, the first is unset.
  const firsts: number[] = [];
  let width = 0;
  for (const { values } of tags) {
    firsts.push(width);
    width += values.length + 1;
  }
  let counts = new Float64Array();
  let tagged = new Float64Array();
  let isTouched = new Uint8Array();
  let touched = new Uint32Array();
  let touchedCount = 0;

  const touch = (slot: number) => {
    if (isTouched[slot] === 1) return;
    isTouched[slot] = 1;
    touched[touchedCount++] = slot;
  };
  return {
    grow(slots) {
      counts = grown(counts, slots);
      tagged = grown(tagged, slots * width);
      const before = isTouched;
      isTouched = new Uint8Array(slots);
      isTouched.set(before);
      isTouched[LATE] = 1; // is never told
      const all = touched;
      touched = new Uint32Array(slots);
      touched.set(all);
    },
    clear(slot) {
      counts[slot] = 0;
      tagged.fill(0, slot * width, (slot + 1) * width);
    },
    add(columns, slots, rows) {
      const [all, marks] = [counts, isTouched];
      for (let row = 0; row < rows; row++) {
        const slot = slots[row]!;
        all[slot]!++;
        if (marks[slot] === 0) touch(slot);
      }
      for (let tag = 0; tag < columns.length; tag++) {
        addColumn(tagged, width, firsts[tag]!, columns[tag]!, slots);
      }
    },
    touch,
    takeTouched() {
      const taken = touched.subarray(0, touchedCount);
      touchedCount = 0;
      for (let at = 0; at < taken.length; at++) isTouched[taken[at]!] = 0;
      return taken;
    },
    count: (slot) => counts[slot]!,
    tagCounts: (slot) =>
      tags.flatMap(({ name, values }, tag) =>
        values.map((value, at) => ({
          tag: name,
          value,
          count: tagged[slot * width + firsts[tag]! + at + 1]!,
        })).filter(({ count }) => count > 0)
      ),
    write(slot) {
      writeNumber(COUNT_FIELD, counts[slot]!);
      for (let at = 0; at < width; at++) {
        const count = tagged[slot * width + at]!;
        if (count > 0) writeNumber(TAG_FIELDS + at, count);
      }
    },
    read(slot, field, reader) {
      if (field === COUNT_FIELD) counts[slot] = readNumber(reader);
      else if (field >= TAG_FIELDS) {
        tagged[slot * width + field - TAG_FIELDS] = readNumber(reader);
      } else return false;
      return true;
    },
  };
}

function addColumn(
  tagged: Float64Array,
  width: number,
  first: number,
  column: Uint8Array,
  slots: Uint32Array,
): void {
  for (let row = 0; row < column.length; row++) {
    tagged[slots[row]! * width + first + column[row]!]!++;
  }
}
