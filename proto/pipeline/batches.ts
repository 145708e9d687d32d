/**
 * What flows through the pipeline, as the stages hold it in memory.
 *
 * The same content as the messages of v1/pipeline.proto, with each packed
 * column as one typed array, so that a batch costs a few objects and not a few
 * for every event. codec.ts turns one into the other.
 *
 * @module
 */

import type { Kept__Output } from "../types/pipeline/v1/Kept.ts";
import type { Lane__Output } from "../types/pipeline/v1/Lane.ts";
import type { NextStage__Output } from "../types/pipeline/v1/NextStage.ts";
import type { Opening__Output } from "../types/pipeline/v1/Opening.ts";
import type { Position__Output } from "../types/pipeline/v1/Position.ts";
import type { RuleField__Output } from "../types/pipeline/v1/RuleField.ts";
import type { Schema__Output } from "../types/pipeline/v1/Schema.ts";

/** A place in the input: everything before it has been seen. */
export type Position = Position__Output;

/** The first message of a stream; it carries no data. */
export type Opening = Omit<Opening__Output, "kept" | "lane" | "schema"> & {
  kept?: Kept | null;
  lane?: Lane | null;
  schema?: Schema | null;
};

/** What the events of a run are; see the contract. */
export type Schema = Schema__Output;

/** A field that the rules read; see the contract. */
export type RuleField = RuleField__Output;

/** Where a stage is; see the contract. */
export type NextStage = NextStage__Output;

/** Which of several streams of one opening a stream is; see the contract. */
export type Lane = Lane__Output;

/** The unfinished rejects file, up to a place in the input; see the contract. */
export type Kept = Kept__Output;

/** The start of every input. */
export const START: Position = { event: 0, offset: 0, line: 0 };

/** True when both are the same place. */
export function isSamePosition(a: Position, b: Position): boolean {
  return a.event === b.event && a.offset === b.offset && a.line === b.line;
}

/** A line that is not an event. */
export interface Reject {
  /** The line's number, from 1. */
  line: number;
  /** Offset of the line's first byte. */
  offset: number;
  stage: string;
  reason: string;
  /** The line without its line end, cut at 4 KiB. */
  text: Uint8Array;
  /** The length of the whole line, in bytes. */
  length: number;
}

/** Consecutive lines, as they are in the input. */
export interface RawBatch {
  opening?: Opening;
  begin: Position;
  end: Position;
  /** Offset in the input of the first byte of `lines`. */
  linesOffset: number;
  lines: Uint8Array;
  /** Set when the batch ends with a line too long to carry. */
  oversized?: Reject;
  /** When the first of the lines came, and the last, in ms since 1970. */
  firstMs?: number;
  lastMs?: number;
  /** Asks aggregate to save at once what it has after this batch. */
  sync?: boolean;
}

/** One field of the events of a batch: `dictionary[index[row]]`. */
export interface Column {
  /**
   * Distinct values as JSON; the first is "null". Empty for a key that is one of
   * what the schema says: the index is one into that.
   */
  dictionary: string[];
  index: Uint32Array;
}

/** One value of the events of a batch. */
export interface ValueColumn {
  /** NaN where an event has none. */
  value: Float64Array;
  /** The integers beyond 2^53, by ascending row. */
  exact: { row: number; decimal: string }[];
}

/** The numbers of a work item; see the contract. */
export interface WorkItem {
  row: number;
  size: number;
  /** Whole vectors of `size` numbers, one after the other. */
  vectors: Float64Array;
  /** `size` × `size` numbers, row by row. */
  matrix: Float64Array;
  iterations: number;
}

/** Consecutive events as columns; row i of each belongs to event i. */
export interface EventBatch {
  opening?: Opening;
  begin: Position;
  end: Position;
  /** How many events it has. */
  rows: number;
  /** One for each of the schema's keys. */
  keys: Column[];
  /** One for each of the schema's values. */
  values: ValueColumn[];
  /** One for each field that the rules read besides. */
  columns: Column[];
  /** One array for each of the opening's tags: index into its values plus 1. */
  tags: Uint8Array[];
  work: WorkItem[];
  scoreRow: Uint32Array;
  score: Float64Array;
  filtered: number;
  rejects: Reject[];
  /** How many values had a fraction, which is cut; absent for none. */
  fractionsCut?: number;
  /** Each event's time, in ms since 1970; where there are windows. */
  timeMs?: Float64Array;
  /** Each event's line after `begin.line`; where an event can be late. */
  line?: Uint32Array;
  /** Where each event's line begins, after `begin.offset`; likewise. */
  lineOffset?: Uint32Array;
  /** When the first of the events came, and the last, in ms since 1970. */
  firstMs?: number;
  lastMs?: number;
  /** Asks aggregate to save at once what it has after this batch. */
  sync?: boolean;
}
