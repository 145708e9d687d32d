/**
 * Figures of doubles. Their sum does not depend on the order: what rounding
 * leaves out is kept in two more doubles, and what those leave out, which is
 * rare, in an exact sum besides.
 *
 * @module
 */

import { readNumber } from "../../proto/reader.ts";
import { writeDouble, writeNumber, writeText } from "../../proto/writer.ts";
import {
  createExactDoubleSum,
  type ExactDoubleSum,
} from "../events/exact_double.ts";
import {
  grown,
  NO_FIGURES,
  tellPercentiles,
  type ValueFigures,
} from "./value_figures.ts";
import { readSketch, SKETCH_FIELDS, writeSketch } from "./sketch_fields.ts";
import type { Sketches } from "./sketches.ts";

/** By slot: how many events have none, the bounds, and the parts of the sum. */
const WIDTH = 6;
const MISSING = 0;
const MIN = 1;
const MAX = 2;
const SUM = 3;
const REST = 4;
const LAST = 5;

/** Larger numbers could make a sum infinite before it is. */
const HUGE = 2 ** 960;

/** Starts without values. */
export function numberFigures(
  sketches: Sketches | undefined,
  percentiles: readonly number[],
): ValueFigures {
  let state = new Float64Array();
  const besides = new Map<number, ExactDoubleSum>();
  const besidesOf = (slot: number): ExactDoubleSum => {
    let sum = besides.get(slot);
    if (!sum) besides.set(slot, sum = createExactDoubleSum());
    return sum;
  };
  const sumOf = (slot: number): ExactDoubleSum => {
    const sum = createExactDoubleSum(besides.get(slot)?.parts());
    for (let part = SUM; part <= LAST; part++) {
      sum.add(state[slot * WIDTH + part]!);
    }
    return sum;
  };

  return {
    grow(slots) {
      state = grown(state, slots * WIDTH);
      sketches?.grow(slots);
    },
    clear(slot) {
      const at = slot * WIDTH;
      state.fill(0, at, at + WIDTH);
      state[at + MIN] = Infinity;
      state[at + MAX] = -Infinity;
      besides.delete(slot);
      sketches?.clear(slot);
    },
    add({ value }, slots, rows) {
      const figures = state;
      for (let row = 0; row < rows; row++) {
        const number = value[row]!;
        const at = slots[row]! * WIDTH;
        if (number !== number) {
          figures[at + MISSING]!++;
          continue;
        }
        if (number < figures[at + MIN]!) figures[at + MIN] = number;
        if (number > figures[at + MAX]!) figures[at + MAX] = number;
        if (number >= HUGE || number <= -HUGE) {
          besidesOf(slots[row]!).add(number);
          continue;
        }
        // Three times Knuth's TwoSum: a sum, and exactly what it leaves out.
        let part = figures[at + SUM]!;
        let sum = part + number;
        let added = sum - part;
        let left = (part - (sum - added)) + (number - added);
        figures[at + SUM] = sum;
        if (left === 0) continue;
        part = figures[at + REST]!;
        sum = part + left;
        added = sum - part;
        left = (part - (sum - added)) + (left - added);
        figures[at + REST] = sum;
        if (left === 0) continue;
        part = figures[at + LAST]!;
        sum = part + left;
        added = sum - part;
        left = (part - (sum - added)) + (left - added);
        figures[at + LAST] = sum;
        if (left !== 0) besidesOf(slots[row]!).add(left);
      }
      sketches?.add(value, slots, rows);
    },
    figures(slot, events) {
      const at = slot * WIDTH;
      const count = events - state[at + MISSING]!;
      if (count === 0) return { ...NO_FIGURES };
      const sum = sumOf(slot);
      const bounds = {
        min: String(state[at + MIN]),
        max: String(state[at + MAX]),
      };
      return {
        count,
        sum: String(sum.total()),
        ...bounds,
        avg: sum.mean(count),
        percentiles: tellPercentiles(sketches, percentiles, slot, {
          count,
          ...bounds,
        }),
      };
    },
    write(slot) {
      const at = slot * WIDTH;
      writeNumber(1, state[at + MISSING]!);
      writeDouble(2, state[at + MIN]!);
      writeDouble(3, state[at + MAX]!);
      for (let part = SUM; part <= LAST; part++) {
        if (state[at + part] !== 0) writeDouble(part + 1, state[at + part]!);
      }
      const sum = besides.get(slot);
      if (sum) writeText(7, JSON.stringify(sum.parts()));
      if (sketches) writeSketch(sketches.state(slot));
    },
    read(slot, field, reader) {
      const at = slot * WIDTH;
      if (field >= SKETCH_FIELDS) readSketch(sketches!, slot, reader);
      else if (field === 1) state[at + MISSING] = readNumber(reader);
      else if (field === 2) state[at + MIN] = reader.double();
      else if (field === 3) state[at + MAX] = reader.double();
      else if (field === 7) {
        besides.set(slot, createExactDoubleSum(JSON.parse(reader.string())));
      } else state[at + field - 1] = reader.double();
    },
  };
}
