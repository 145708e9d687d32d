/**
 * The scores of work items: doubles, added in the order of the input, so the sum
 * is always the same. For the built-in events only.
 *
 * @module
 */

import type { Reader } from "protobufjs";
import { writeDouble } from "../../proto/writer.ts";
import { type Figures, grown } from "./value_figures.ts";

/** The fields of a record that are for {@linkcode Scores.read}. */
export const SCORE_FIELDS = 4;

/** Scores by slot. */
export interface Scores {
  grow(slots: number): void;
  clear(slot: number): void;
  add(scoreRow: Uint32Array, score: Float64Array, slots: Uint32Array): void;
  /** What is told of a group of so many work items. */
  figures(slot: number, count: number): Figures;
  write(slot: number): void;
  read(slot: number, field: number, reader: Reader): void;
}

const WIDTH = 3;
const SUM = 0;
const MIN = 1;
const MAX = 2;

/** Starts without scores. */
export function createScores(): Scores {
  let state = new Float64Array();
  return {
    grow(slots) {
      state = grown(state, slots * WIDTH);
    },
    clear(slot) {
      state[slot * WIDTH + SUM] = 0;
      state[slot * WIDTH + MIN] = Infinity;
      state[slot * WIDTH + MAX] = -Infinity;
    },
    add(scoreRow, score, slots) {
      for (let place = 0; place < scoreRow.length; place++) {
        const at = slots[scoreRow[place]!]! * WIDTH;
        const number = score[place]!;
        state[at + SUM]! += number;
        if (number < state[at + MIN]!) state[at + MIN] = number;
        if (number > state[at + MAX]!) state[at + MAX] = number;
      }
    },
    figures(slot, count) {
      const sum = state[slot * WIDTH + SUM]!;
      return {
        count,
        sum: String(sum),
        min: String(state[slot * WIDTH + MIN]),
        max: String(state[slot * WIDTH + MAX]),
        avg: sum / count,
        percentiles: [],
      };
    },
    write(slot) {
      for (let part = SUM; part <= MAX; part++) {
        writeDouble(SCORE_FIELDS + part, state[slot * WIDTH + part]!);
      }
    },
    read(slot, field, reader) {
      state[slot * WIDTH + field - SCORE_FIELDS] = reader.double();
    },
  };
}
