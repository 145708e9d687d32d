/**
 * Figures of integers of any length, exact.
 *
 * A double holds every integer up to 2^53. Nearly all values are far below, so
 * sums run on doubles and move to a bigint only where they would lose a digit.
 *
 * @module
 */

import { writeDouble, writeNumber, writeText } from "../../proto/writer.ts";
import { readNumber } from "../../proto/reader.ts";
import { divide } from "../events/exact_integer.ts";
import {
  grown,
  NO_FIGURES,
  tellPercentiles,
  type ValueFigures,
} from "./value_figures.ts";
import { readSketch, SKETCH_FIELDS, writeSketch } from "./sketch_fields.ts";
import type { Sketches } from "./sketches.ts";

/** By slot: how many events have none, the sum, and the bounds of what a double holds. */
const WIDTH = 4;
const MISSING = 0;
const SUM = 1;
const MIN = 2;
const MAX = 3;

/** Up to here a double holds every integer. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/** What is beyond the integers that a double holds exactly. */
interface Large {
  /** Belongs to the sum. */
  sum: bigint;
  min: bigint | undefined;
  max: bigint | undefined;
}

/** Starts without values. */
export function integerFigures(
  sketches: Sketches | undefined,
  percentiles: readonly number[],
): ValueFigures {
  let state = new Float64Array();
  const large = new Map<number, Large>();
  const largeOf = (slot: number): Large => {
    let it = large.get(slot);
    if (!it) large.set(slot, it = { sum: 0n, min: undefined, max: undefined });
    return it;
  };
  /** Adds what the slot's sum cannot take without losing a digit. */
  const carry = (slot: number, value: number) => {
    largeOf(slot).sum += BigInt(state[slot * WIDTH + SUM]!);
    state[slot * WIDTH + SUM] = value;
  };
  const boundsOf = (slot: number) => {
    const values: bigint[] = [];
    const min = state[slot * WIDTH + MIN]!;
    if (min < Infinity) {
      values.push(BigInt(min), BigInt(state[slot * WIDTH + MAX]!));
    }
    const beyond = large.get(slot);
    if (beyond?.min !== undefined) values.push(beyond.min, beyond.max!);
    return {
      min: values.reduce((a, b) => a < b ? a : b).toString(),
      max: values.reduce((a, b) => a > b ? a : b).toString(),
    };
  };

  return {
    grow(slots) {
      state = grown(state, slots * WIDTH);
      sketches?.grow(slots);
    },
    clear(slot) {
      const at = slot * WIDTH;
      state[at + MISSING] = 0;
      state[at + SUM] = 0;
      state[at + MIN] = Infinity;
      state[at + MAX] = -Infinity;
      large.delete(slot);
      sketches?.clear(slot);
    },
    add({ value, exact }, slots, rows) {
      const figures = state;
      for (let row = 0; row < rows; row++) {
        const number = value[row]!;
        const at = slots[row]! * WIDTH;
        if (!(number <= LARGEST && number >= -LARGEST)) {
          if (number !== number) figures[at + MISSING]!++;
          continue; // among exact
        }
        const sum = figures[at + SUM]! + number;
        if (sum <= LARGEST && sum >= -LARGEST) figures[at + SUM] = sum;
        else carry(slots[row]!, number);
        if (number < figures[at + MIN]!) figures[at + MIN] = number;
        if (number > figures[at + MAX]!) figures[at + MAX] = number;
      }
      for (const { row, decimal } of exact) {
        const beyond = largeOf(slots[row]!);
        const integer = BigInt(decimal);
        beyond.sum += integer;
        if (beyond.min === undefined || integer < beyond.min) {
          beyond.min = integer;
        }
        if (beyond.max === undefined || integer > beyond.max) {
          beyond.max = integer;
        }
      }
      sketches?.add(value, slots, rows);
    },
    figures(slot, events) {
      const count = events - state[slot * WIDTH + MISSING]!;
      if (count === 0) return { ...NO_FIGURES };
      const bounds = boundsOf(slot);
      const sum = BigInt(state[slot * WIDTH + SUM]!) +
        (large.get(slot)?.sum ?? 0n);
      return {
        count,
        sum: sum.toString(),
        ...bounds,
        avg: divide(sum, count),
        percentiles: tellPercentiles(sketches, percentiles, slot, {
          count,
          ...bounds,
        }),
      };
    },
    write(slot) {
      const at = slot * WIDTH;
      writeNumber(1, state[at + MISSING]!);
      writeDouble(2, state[at + SUM]!);
      writeDouble(3, state[at + MIN]!);
      writeDouble(4, state[at + MAX]!);
      const beyond = large.get(slot);
      if (beyond) {
        writeText(5, String(beyond.sum));
        if (beyond.min !== undefined) writeText(6, String(beyond.min));
        if (beyond.max !== undefined) writeText(7, String(beyond.max));
      }
      if (sketches) writeSketch(sketches.state(slot));
    },
    read(slot, field, reader) {
      const at = slot * WIDTH;
      if (field >= SKETCH_FIELDS) readSketch(sketches!, slot, reader);
      else if (field === 1) state[at + MISSING] = readNumber(reader);
      else if (field === 2) state[at + SUM] = reader.double();
      else if (field === 3) state[at + MIN] = reader.double();
      else if (field === 4) state[at + MAX] = reader.double();
      else if (field === 5) largeOf(slot).sum = BigInt(reader.string());
      else if (field === 6) largeOf(slot).min = BigInt(reader.string());
      else largeOf(slot).max = BigInt(reader.string());
    },
  };
}
