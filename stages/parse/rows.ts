/**
 * The events of a batch while they are being collected, as columns.
 *
 * @module
 */

import type {
  Column,
  EventBatch,
  WorkItem,
} from "../../proto/pipeline/batches.ts";
import { firstOf } from "../events/event_batch.ts";
import {
  type ByteDictionary,
  createByteDictionary,
} from "./byte_dictionary.ts";

/** Rows, and how many of them are taken: whoever adds one counts it. */
export interface Rows<Dictionary = ByteDictionary> {
  count: number;
  readonly type: Uint16Array;
  readonly value: Float64Array;
  readonly exact: EventBatch["exact"];
  readonly work: WorkItem[];
  /** One for each field that the rules read. */
  readonly columns: readonly RowColumn<Dictionary>[];
  /** How many values had a fraction, which is cut. */
  fractionsCut: number;
}

/** A column whose rows are numbers of texts, each a value as JSON. */
export interface RowColumn<Dictionary = ByteDictionary> {
  readonly dictionary: Dictionary;
  readonly index: Uint32Array;
}

/** What stands in a column where an event has no such field. */
const NO_VALUE = ["null"];

/** @param most How many rows there may be. */
export function createRows(most: number, columns: number): Rows {
  const made: RowColumn[] = [];
  while (made.length < columns) {
    made.push({
      dictionary: createByteDictionary(NO_VALUE),
      index: new Uint32Array(most),
    });
  }
  return {
    count: 0,
    type: new Uint16Array(most),
    value: new Float64Array(most),
    exact: [],
    work: [],
    columns: made,
    fractionsCut: 0,
  };
}

/** The columns as a batch has them. */
export function finishColumns({ columns, count }: Rows): Column[] {
  return columns.map(({ dictionary, index }) => ({
    dictionary: dictionary.texts,
    index: firstOf(index, count),
  }));
}
