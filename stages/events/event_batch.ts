/**
 * What batches of events are made of.
 *
 * @module
 */

import {
  type EventBatch,
  type Opening,
  START,
} from "../../proto/pipeline/batches.ts";

/** The first message of a stream of events: it carries the opening only. */
export function openEvents(opening: Opening): EventBatch {
  return {
    opening,
    begin: START,
    end: START,
    rows: 0,
    keys: [],
    values: [],
    columns: [],
    tags: [],
    work: [],
    scoreRow: NO_ROWS,
    score: NO_SCORES,
    filtered: 0,
    rejects: [],
  };
}

/** The rows and scores of a batch without work items. */
export const NO_ROWS = new Uint32Array();
export const NO_SCORES = new Float64Array();

/** The first rows of a column; all of them without making a view. */
export function firstOf<
  Rows extends Uint8Array | Uint32Array | Float64Array,
>(
  column: Rows,
  rows: number,
): Rows {
  return column.length === rows ? column : column.subarray(0, rows) as Rows;
}
