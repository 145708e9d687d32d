/**
 * A sketch for each of many groups, as sketch.ts describes it, and no larger than
 * it must be: its bins are one array.
 *
 * What does not fit into such an array (values below zero, counts beyond four
 * bytes, values of very many sizes) goes to a sketch of its own besides. What
 * the two hold together is what one sketch would hold.
 *
 * @module
 */

import {
  binOf,
  createSketch,
  middleOf,
  MOST_BINS,
  type Sketch,
  type SketchState,
} from "./sketch.ts";

/** Sketches by slot. */
export interface Sketches {
  /** Counts the values of the first rows, each for its row's slot; NaN is none. */
  add(value: Float64Array, slots: Uint32Array, rows: number): void;
  /** As in a sketch; `count` is how many values the slot has. */
  quantile(slot: number, quantile: number, count: number): number;
  /** What is held in an array, and besides it. */
  state(slot: number): SlotSketch;
  restore(slot: number, state: SlotSketch): void;
  /** Forgets what a slot holds. */
  clear(slot: number): void;
  /** Makes room for slots below `slots`. */
  grow(slots: number): void;
}

/** What a slot holds. */
export interface SlotSketch {
  zeros: number;
  /** The number of the first bin, and the counts from there. */
  first: number;
  counts: Uint32Array;
  besides: SketchState | undefined;
}

/** Arrays are so many bins long, or twice as many, and so on. */
const STEP = 16;
/** Bins that are made on either side of a new one. */
const ROOM = 8;
/** The most that a bin holds. */
const MOST = 2 ** 32 - 1;
const NO_BINS = new Uint32Array();

/** Starts with none. */
export function createSketches(): Sketches {
  // By slot: the bins, and the number of the first of them.
  const bins: Uint32Array[] = [];
  let firsts = new Int32Array();
  let zeros = new Float64Array();
  const besides = new Map<number, Sketch>();

  const sketchOf = (slot: number): Sketch => {
    let sketch = besides.get(slot);
    if (!sketch) besides.set(slot, sketch = createSketch());
    return sketch;
  };
  /** Makes room for bins `from` to `to`. @returns False where they are too many. */
  const reach = (slot: number, from: number, to: number): boolean => {
    const before = bins[slot]!;
    const size = before.length;
    const least = from - ROOM;
    const first = size > 0 ? Math.min(firsts[slot]!, least) : least;
    const end = Math.max(size > 0 ? firsts[slot]! + size : to, to + ROOM);
    const larger = Math.ceil((end - first) / STEP) * STEP;
    if (larger > MOST_BINS) return false;
    bins[slot] = new Uint32Array(larger);
    if (size > 0) bins[slot].set(before, firsts[slot]! - first);
    firsts[slot] = first;
    return true;
  };
  const addPositive = (slot: number, value: number) => {
    const bin = binOf(value);
    let at = bin - firsts[slot]!;
    if (at < 0 || at >= bins[slot]!.length) {
      if (!reach(slot, bin, bin)) return sketchOf(slot).add(value);
      at = bin - firsts[slot]!;
    }
    const counts = bins[slot]!;
    const count = counts[at]!;
    if (count < MOST) counts[at] = count + 1;
    else sketchOf(slot).add(value);
  };
  const stateOf = (slot: number): SlotSketch => {
    const all = bins[slot]!;
    let from = 0;
    let to = all.length;
    while (from < to && all[from] === 0) from++;
    while (from < to && all[to - 1] === 0) to--;
    return {
      zeros: zeros[slot]!,
      first: from < to ? firsts[slot]! + from : 0,
      counts: all.subarray(from, to),
      besides: besides.get(slot)?.state(),
    };
  };

  return {
    add(value, slots, rows) {
      for (let row = 0; row < rows; row++) {
        const number = value[row]!;
        const slot = slots[row]!;
        if (number > 0) addPositive(slot, number);
        else if (number === 0) zeros[slot]!++;
        else if (number < 0) sketchOf(slot).add(number);
      }
    },
    quantile(slot, quantile, count) {
      if (besides.has(slot)) return wholeOf(stateOf(slot)).quantile(quantile);
      const rank = Math.floor(quantile * (count - 1));
      let seen = zeros[slot]!;
      if (rank < seen) return 0;
      const counts = bins[slot]!;
      let at = 0;
      while ((seen += counts[at]!) <= rank) at++;
      return middleOf(firsts[slot]! + at);
    },
    state: stateOf,
    restore(slot, { zeros: none, first, counts, besides: other }) {
      zeros[slot] = none;
      if (other) besides.set(slot, createSketch(other));
      if (counts.length === 0) return;
      if (reach(slot, first, first + counts.length - 1)) {
        bins[slot]!.set(counts, first - firsts[slot]!);
      } else sketchOf(slot).merge(withCounts(0, first, counts));
    },
    clear(slot) {
      bins[slot] = NO_BINS;
      zeros[slot] = 0;
      besides.delete(slot);
    },
    grow(slots) {
      while (bins.length < slots) bins.push(NO_BINS);
      firsts = grown(firsts, new Int32Array(slots));
      zeros = grown(zeros, new Float64Array(slots));
    },
  };
}

/** One sketch of the two. */
function wholeOf({ zeros, first, counts, besides }: SlotSketch): Sketch {
  const sketch = createSketch(besides);
  sketch.merge(withCounts(zeros, first, counts));
  return sketch;
}

function withCounts(
  zeros: number,
  first: number,
  counts: Uint32Array,
): SketchState {
  const negative = { first: 0, counts: [] };
  return { zeros, positive: { first, counts: [...counts] }, negative };
}

function grown<Numbers extends Float64Array | Int32Array>(
  numbers: Numbers,
  larger: Numbers,
): Numbers {
  larger.set(numbers);
  return larger;
}
