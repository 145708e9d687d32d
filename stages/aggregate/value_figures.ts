/**
 * What the figures of integers and of doubles have in common.
 *
 * @module
 */

import type { Reader } from "protobufjs";
import type { ValueColumn } from "../../proto/pipeline/batches.ts";
import type { Figures__Output } from "../../proto/types/pipeline/v1/Figures.ts";
import type { Sketches } from "./sketches.ts";

/** What is known of one value of a group; see the contract. */
export type Figures = Figures__Output;

/** The figures of one value by slot. */
export interface ValueFigures {
  /** Makes room for slots below `slots`. */
  grow(slots: number): void;
  /** Starts a slot with no value. */
  clear(slot: number): void;
  /** Counts the values of the first rows, each for its row's slot. */
  add(column: ValueColumn, slots: Uint32Array, rows: number): void;
  /** What is told of a group of so many events. */
  figures(slot: number, events: number): Figures;
  /** Writes the fields of a message that {@linkcode read} reads. */
  write(slot: number): void;
  /** Reads a field that is after its tag. */
  read(slot: number, field: number, reader: Reader): void;
}

/** Figures of a group without a value. */
export const NO_FIGURES: Figures = {
  count: 0,
  sum: "0",
  min: "",
  max: "",
  percentiles: [],
};

/** What the percentiles of a slot are told by. */
export interface Bounds {
  /** How many values there are; not none. */
  count: number;
  /** The least and the largest, as JSON number texts. */
  min: string;
  max: string;
}

/** The percentiles of a slot as JSON number texts; none is beyond the values. */
export function tellPercentiles(
  sketches: Sketches | undefined,
  percentiles: readonly number[],
  slot: number,
  { count, min, max }: Bounds,
): string[] {
  return percentiles.map((percentile) => {
    if (percentile === 0) return min;
    if (percentile === 100) return max;
    const value = sketches!.quantile(slot, percentile / 100, count);
    if (value <= Number(min)) return min;
    return value >= Number(max) ? max : String(value);
  });
}

/** A larger array that begins as the one before. */
export function grown(
  before: Float64Array,
  length: number,
): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(before);
  return larger;
}
