/**
 * The events of a batch while they are being collected, as columns.
 *
 * @module
 */

import { doubleColumn, indexColumn } from "../../proto/column_memory.ts";
import type {
  Column,
  EventBatch,
  RuleField,
  Schema,
  ValueColumn,
  WorkItem,
} from "../../proto/pipeline/batches.ts";
import { firstOf, NO_ROWS, NO_SCORES } from "../events/event_batch.ts";
import {
  type ByteDictionary,
  createByteDictionary,
} from "./byte_dictionary.ts";

/** What the events of a run are, and what the rules read of them. */
export interface EventFields {
  schema: Schema;
  /** The further fields that the rules read; see the contract's Resume. */
  fields: readonly RuleField[];
}

/** Rows, and how many of them are taken: whoever adds one counts it. */
export interface Rows<Dictionary = ByteDictionary> {
  count: number;
  /** One for each field of the key. */
  readonly keys: readonly RowColumn<Dictionary>[];
  /** One for each value. */
  readonly values: readonly ValueColumn[];
  readonly work: WorkItem[];
  /** One for each field that the rules read. */
  readonly columns: readonly RowColumn<Dictionary>[];
  /** Where there are windows. */
  readonly timeMs: Float64Array | undefined;
  /** Where an event can be late; whoever adds an event fills it. */
  readonly places: RowPlaces | undefined;
  /** How many values had a fraction, which is cut. */
  fractionsCut: number;
}

/**
 * A column whose rows are numbers of texts, each a value as JSON. That of a key
 * that is one of a few has nothing in its dictionary: the rows are numbers of
 * those.
 */
export interface RowColumn<Dictionary = ByteDictionary> {
  readonly dictionary: Dictionary;
  readonly index: Uint32Array;
}

/** Where the lines of the events are, counted from the start of the batch. */
export interface RowPlaces {
  line: Uint32Array;
  lineOffset: Uint32Array;
}

/** What stands in a column where an event has no such field. */
const NO_VALUE = ["null"];
/** Of all keys that are one of a few: nothing is ever added to it. */
const NO_DICTIONARY = createByteDictionary();

/** @param most How many rows there may be. */
export function createRows(
  most: number,
  { schema, fields }: EventFields,
): Rows {
  const column = (texts: readonly string[]): RowColumn => ({
    dictionary: createByteDictionary(texts),
    index: indexColumn(most),
  });
  const { keys, values, windows } = schema;
  return {
    count: 0,
    keys: keys.map(({ oneOf }) =>
      oneOf.length > 0
        ? { dictionary: NO_DICTIONARY, index: indexColumn(most) }
        : column(NO_VALUE)
    ),
    values: values.map(() => ({ value: doubleColumn(most), exact: [] })),
    work: [],
    columns: fields.map(() => column(NO_VALUE)),
    timeMs: windows ? doubleColumn(most) : undefined,
    places: windows?.allowedLatenessMs === undefined ? undefined : {
      line: indexColumn(most),
      lineOffset: indexColumn(most),
    },
    fractionsCut: 0,
  };
}

/** The columns as a batch has them, with the places and the rejects given. */
export function finishRows(
  rows: Rows,
  { begin, end, rejects }: Pick<EventBatch, "begin" | "end" | "rejects">,
): EventBatch {
  const { count, values, work, timeMs, places, fractionsCut } = rows;
  const finish = ({ dictionary, index }: RowColumn): Column => ({
    dictionary: dictionary.texts,
    index: firstOf(index, count),
  });
  // Spreading takes longer than all else that a small batch needs.
  const batch: EventBatch = {
    begin,
    end,
    rows: count,
    keys: rows.keys.map(finish),
    values: values.map(({ value, exact }) => ({
      value: firstOf(value, count),
      exact,
    })),
    columns: rows.columns.map(finish),
    tags: [],
    work,
    scoreRow: NO_ROWS,
    score: NO_SCORES,
    filtered: 0,
    rejects,
  };
  if (timeMs) batch.timeMs = firstOf(timeMs, count);
  if (places) {
    batch.line = firstOf(places.line, count);
    batch.lineOffset = firstOf(places.lineOffset, count);
  }
  if (fractionsCut > 0) batch.fractionsCut = fractionsCut;
  return batch;
}
