/**
 * How a group's sketch is written as a field of its record.
 *
 * @module
 */

import type { Reader } from "protobufjs";
import { overrun, readNumber } from "../../proto/reader.ts";
import {
  beginMessage,
  endMessage,
  writeIndexes,
  writeNumber,
  writeText,
} from "../../proto/writer.ts";
import type { Sketches, SlotSketch } from "./sketches.ts";

/** The fields from this one on are for {@linkcode readSketch}. */
export const SKETCH_FIELDS = 8;

/** Bins are numbered from below zero; no bin is so far below. */
const SHIFT = 2 ** 17;

/** Writes a sketch as field {@linkcode SKETCH_FIELDS}. */
export function writeSketch(
  { zeros, first, counts, besides }: SlotSketch,
): void {
  const inner = beginMessage(SKETCH_FIELDS);
  if (zeros > 0) writeNumber(1, zeros);
  writeNumber(2, first + SHIFT);
  writeIndexes(3, counts);
  if (besides) writeText(4, JSON.stringify(besides));
  endMessage(inner);
}

/** Reads it, after its tag. */
export function readSketch(
  sketches: Sketches,
  slot: number,
  reader: Reader,
): void {
  const state: SlotSketch = {
    zeros: 0,
    first: 0,
    counts: new Uint32Array(),
    besides: undefined,
  };
  const length = reader.uint32();
  const end = reader.pos + length;
  while (reader.pos < end) {
    const field = reader.uint32() >>> 3;
    if (field === 1) state.zeros = readNumber(reader);
    else if (field === 2) state.first = reader.uint32() - SHIFT;
    else if (field === 3) state.counts = readCounts(reader);
    else state.besides = JSON.parse(reader.string());
  }
  if (reader.pos !== end) throw overrun();
  sketches.restore(slot, state);
}

function readCounts(reader: Reader): Uint32Array {
  const length = reader.uint32();
  const end = reader.pos + length;
  const counts: number[] = [];
  while (reader.pos < end) counts.push(reader.uint32());
  return Uint32Array.from(counts);
}
