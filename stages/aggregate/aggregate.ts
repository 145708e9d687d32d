/**
 * The aggregate stage's state: counts, sums and bounds for each event type.
 *
 * Pure: holds numbers and the position they stand for, and knows nothing of
 * streams or files. Sums of values are exact at any size; scores of work items
 * are doubles, added in the order of the input, so the sum is always the same.
 *
 * @module
 */

import {
  type EventBatch,
  isSamePosition,
  type Opening,
  type Position,
  type Reject,
  START,
} from "../../proto/pipeline/batches.ts";
import type { Result__Output } from "../../proto/types/pipeline/v1/Result.ts";
import type { TagCount__Output } from "../../proto/types/pipeline/v1/TagCount.ts";
import type { Totals__Output } from "../../proto/types/pipeline/v1/Totals.ts";
import {
  createExactSum,
  divide,
  type ExactSum,
} from "../events/exact_integer.ts";
import { describeLine, placeOf } from "../events/places.ts";
import { WORK_TYPE } from "../events/work_item.ts";

/** What became of the events; see the contract. */
export type Totals = Totals__Output;

/** The aggregate of one event type; see the contract. */
export type Result = Result__Output;

/** Counts of one run. */
export interface Aggregate {
  /** Everything before it is counted. */
  readonly position: Position;
  readonly totals: Totals;
  /**
   * Counts a batch.
   *
   * @throws {RangeError} If the batch does not begin at `position`, does not
   * account for each of its events, or has a value that is not exact: a defect,
   * and no result would be right. Nothing of the batch is counted.
   */
  apply(batch: EventBatch): void;
  /** The result of each type that has events, sorted by key. */
  results(): Result[];
  /** All of it, to go on from elsewhere. */
  snapshot(): Snapshot;
}

/**
 * An aggregate at rest, as JSON can hold it. Numbers are text: JSON has no
 * infinity, and the sums are of any size.
 */
export interface Snapshot {
  position: Position;
  totals: Totals;
  types: string[];
  tags: Tag[];
  /** One for each type, in their order. */
  states: Record<keyof TypeState, string>[];
  /** For each tag its table, as one row. */
  tagCounts: number[][];
}

type Tag = Opening["tags"][number];

/** What is kept for one event type. */
interface TypeState {
  count: number;
  sum: ExactSum;
  min: number;
  max: number;
  /** Bounds of the values beyond 2^53. */
  bigMin: bigint | undefined;
  bigMax: bigint | undefined;
  scoreSum: number;
  scoreMin: number;
  scoreMax: number;
}

/**
 * Starts counting events of these types and tags.
 *
 * @param opening Which types and tags there are.
 * @param from Goes on from here. @default {nothing counted}
 * @throws {RangeError} If `from` is of other types or tags.
 */
export function createAggregate(
  { types, tags }: Pick<Opening, "types" | "tags">,
  from?: Snapshot,
): Aggregate {
  if (from && !isSameKind(from, { types, tags })) {
    throw new RangeError(
      "Cannot go on from what was saved: it is of other types or rules",
    );
  }
  const states = types.map((_, at) => readState(from?.states[at] ?? NO_EVENTS));
  // For each tag a table: one row a type, one column a value, column 0 unset.
  const tagCounts = tags.map(({ values }, at) => {
    const counts = new Float64Array(types.length * (values.length + 1));
    counts.set(from?.tagCounts[at] ?? []);
    return { width: values.length + 1, counts };
  });
  const totals: Totals = {
    events: 0,
    rejected: 0,
    filtered: 0,
    ...from?.totals,
  };
  let position = from?.position ?? START;

  return {
    get position() {
      return position;
    },
    totals,
    apply(batch) {
      const { begin, end, type, value } = batch;
      if (!isSamePosition(begin, position)) {
        throw new RangeError(
          `Cannot apply the batch from event ${begin.event}: the state ends at event ${position.event}`,
        );
      }
      const events = end.event - begin.event;
      const accounted = type.length + batch.filtered + batch.rejects.length;
      if (events !== accounted) {
        throw new RangeError(
          `Cannot apply the batch from event ${begin.event}: it has ${events} events and accounts for ${accounted}`,
        );
      }
      if (!givesExactly(batch)) {
        throw new RangeError(
          `Cannot apply the batch from event ${begin.event}: the values that no double holds are not those that it gives exactly`,
        );
      }
      for (let row = 0; row < type.length; row++) {
        const state = states[type[row]!]!;
        const number = value[row]!;
        state.count++;
        if (!Number.isSafeInteger(number)) continue; // among batch.exact
        state.sum.add(number);
        if (number < state.min) state.min = number;
        if (number > state.max) state.max = number;
      }
      for (const { row, decimal } of batch.exact) {
        addBig(states[type[row]!]!, BigInt(decimal));
      }
      batch.scoreRow.forEach((row, at) => {
        addScore(states[type[row]!]!, batch.score[at]!);
      });
      batch.tags.forEach((column, tag) => {
        const { width, counts } = tagCounts[tag]!;
        for (let row = 0; row < column.length; row++) {
          counts[type[row]! * width + column[row]!]!++;
        }
      });
      totals.events += events;
      totals.filtered += batch.filtered;
      totals.rejected += batch.rejects.length;
      if (batch.fractionsCut) {
        totals.fractionsCut = (totals.fractionsCut ?? 0) + batch.fractionsCut;
      }
      position = end;
    },
    results() {
      const countsOf = (index: number): TagCount__Output[] =>
        tags.flatMap(({ name, values }, tag) => {
          const { width, counts } = tagCounts[tag]!;
          return values.map((value, at) => ({
            tag: name,
            value,
            count: counts[index * width + at + 1]!,
          })).filter(({ count }) => count > 0);
        });
      return types
        .map((key, index) => ({ key, index, state: states[index]! }))
        .filter(({ state }) => state.count > 0)
        .sort((a, b) => a.key < b.key ? -1 : 1)
        .map(({ key, index, state }) => ({
          key,
          count: state.count,
          ...(key === WORK_TYPE ? scoreFigures(state) : valueFigures(state)),
          tags: countsOf(index),
        }));
    },
    snapshot: () => ({
      position,
      totals: { ...totals },
      types,
      tags,
      states: states.map(writeState),
      tagCounts: tagCounts.map(({ counts }) => [...counts]),
    }),
  };
}

/** The state of a type without events. */
const NO_EVENTS: Snapshot["states"][number] = {
  count: "0",
  sum: "0",
  min: "Infinity",
  max: "-Infinity",
  bigMin: "",
  bigMax: "",
  scoreSum: "0",
  scoreMin: "Infinity",
  scoreMax: "-Infinity",
};

function writeState(state: TypeState): Snapshot["states"][number] {
  return {
    count: String(state.count),
    sum: String(state.sum.total()),
    min: String(state.min),
    max: String(state.max),
    bigMin: String(state.bigMin ?? ""),
    bigMax: String(state.bigMax ?? ""),
    scoreSum: String(state.scoreSum),
    scoreMin: String(state.scoreMin),
    scoreMax: String(state.scoreMax),
  };
}

function readState(written: Snapshot["states"][number]): TypeState {
  return {
    count: Number(written.count),
    sum: createExactSum(BigInt(written.sum)),
    min: Number(written.min),
    max: Number(written.max),
    bigMin: written.bigMin ? BigInt(written.bigMin) : undefined,
    bigMax: written.bigMax ? BigInt(written.bigMax) : undefined,
    scoreSum: Number(written.scoreSum),
    scoreMin: Number(written.scoreMin),
    scoreMax: Number(written.scoreMax),
  };
}

/** True when both have the same types and tags, in the same order. */
function isSameKind(
  a: Pick<Opening, "types" | "tags">,
  b: Pick<Opening, "types" | "tags">,
): boolean {
  const kind = ({ types, tags }: typeof a) =>
    JSON.stringify([types, tags.map(({ name, values }) => [name, values])]);
  return kind(a) === kind(b);
}

/** True when each value is exact or among those given exactly, and no other. */
function givesExactly({ type, value, exact }: EventBatch): boolean {
  let given = 0;
  for (let row = 0; row < type.length; row++) {
    if (Number.isSafeInteger(value[row])) continue;
    if (exact[given++]?.row !== row) return false;
  }
  return given === exact.length;
}

function addBig(state: TypeState, value: bigint): void {
  state.sum.addBig(value);
  if (state.bigMin === undefined || value < state.bigMin) state.bigMin = value;
  if (state.bigMax === undefined || value > state.bigMax) state.bigMax = value;
}

function addScore(state: TypeState, score: number): void {
  state.scoreSum += score;
  if (score < state.scoreMin) state.scoreMin = score;
  if (score > state.scoreMax) state.scoreMax = score;
}

type Figures = Pick<Result, "sum" | "min" | "max" | "avg">;

function valueFigures(
  { count, sum, min, max, bigMin, bigMax }: TypeState,
): Figures {
  const values: bigint[] = [];
  if (min <= max) values.push(BigInt(min), BigInt(max));
  if (bigMin !== undefined && bigMax !== undefined) values.push(bigMin, bigMax);
  const total = sum.total();
  return {
    sum: total.toString(),
    min: values.reduce((a, b) => a < b ? a : b).toString(),
    max: values.reduce((a, b) => a > b ? a : b).toString(),
    avg: divide(total, count),
  };
}

function scoreFigures(state: TypeState): Figures {
  return {
    sum: String(state.scoreSum),
    min: String(state.scoreMin),
    max: String(state.scoreMax),
    avg: state.scoreSum / state.count,
  };
}

/** Says that a run has more rejects than it may have. */
export function describeTooManyRejects(
  count: number,
  most: number,
  last: Reject,
  inputs: readonly string[] = [],
): string {
  return `Cannot go on: ${count} rejects are more than --max-rejects=${most}; the last is ${
    describeLine(placeOf(last, inputs))
  }: ${last.reason}`;
}
