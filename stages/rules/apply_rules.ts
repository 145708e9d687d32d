/**
 * Applies rules to batches: drops the events that nobody wants, tags and scores
 * the others, and writes their keys.
 *
 * Works on columns: no object stands for an event, and a condition on a field
 * with few distinct values is tested once for each of those. Conditions see an
 * event as it came, never what a rule has set.
 *
 * @module
 */

import {
  byteColumn,
  doubleColumn,
  indexColumn,
} from "../../proto/column_memory.ts";
import type {
  Column,
  EventBatch,
  Schema,
} from "../../proto/pipeline/batches.ts";
import { firstOf, NO_ROWS, NO_SCORES } from "../events/event_batch.ts";
import { score } from "../events/work_item.ts";
import { type Field, readScalars, type Scalar } from "./fields.ts";

/** One condition: `test` on the values of a key, a value or a column. */
interface CompiledCondition {
  from: Field["from"];
  number: number;
  test(value: Scalar): boolean;
}

/** One rule; numbers of values count from 1. */
export interface CompiledRule {
  conditions: CompiledCondition[];
  drop: boolean;
  /** The tags that it sets, each with the number of the value. */
  set: { tag: number; value: number }[];
  /** The keys that it sets, as numbers of the written keys, likewise. */
  write: { at: number; value: number }[];
}

/** A key that rules set. */
export interface WrittenKey {
  /** Which of the schema's keys it is. */
  key: number;
  /** All that it is set to, each as JSON. */
  values: string[];
}

/** Options for {@linkcode createTransform}. */
export interface TransformOptions {
  rules: readonly CompiledRule[];
  schema: Schema;
  tagCount: number;
  written: readonly WrittenKey[];
}

/** Builds the transform of the rules. */
export function createTransform(
  { rules, schema, tagCount, written }: TransformOptions,
): (batch: EventBatch) => EventBatch {
  const bound = rules.map((rule) => bindRule(rule, schema));
  const conditions = bound.flatMap((rule) => rule.conditions);
  // Which rows are kept; used again for each batch.
  let memory = new Uint32Array();
  return (batch) => {
    const { rows } = batch;
    lookAt(batch, conditions);
    if (memory.length < rows) memory = new Uint32Array(rows);
    const tags: Uint8Array[] = [];
    while (tags.length < tagCount) tags.push(byteColumn(rows));
    const writes = written.map(() => indexColumn(rows));
    const count = applyRules(bound, rows, memory, tags, writes);
    const kept = firstOf(memory, count);
    const result = keptOf(batch, kept);
    result.tags = tags.map((tag) => firstOf(tag, count));
    written.forEach(({ key, values }, at) => {
      result.keys[key] = writeKey(
        result.keys[key]!,
        values,
        firstOf(writes[at]!, count),
        schema.keys[key]!.oneOf,
      );
    });
    return result;
  };
}

/** A condition during one stream. */
interface BoundCondition extends CompiledCondition {
  isValue: boolean;
  /** The value it looks at, of the batch at hand. */
  values: Float64Array;
  /** The key or the column it looks at, likewise. */
  index: Uint32Array;
  /**
   * For what the column can hold, 1 where that meets the condition; for each of
   * the {@linkcode USUAL_VALUES}, where it looks at a value.
   */
  verdicts: Uint8Array;
}

/** A rule during one stream. */
interface BoundRule extends CompiledRule {
  conditions: BoundCondition[];
}

/** Whole numbers below this, from 0, are tested once and not in each row. */
const USUAL_VALUES = 1_024;
const NO_VERDICTS = new Uint8Array();

function bindRule(rule: CompiledRule, schema: Schema): BoundRule {
  return {
    ...rule,
    conditions: rule.conditions.map((condition) => {
      const { from, number, test } = condition;
      const isValue = from === "value";
      return {
        from,
        number,
        test: isValue && !schema.values[number]!.required
          ? orAbsent(test)
          : test,
        isValue,
        values: NO_SCORES,
        index: NO_ROWS,
        verdicts: verdictsAhead(condition, schema),
      };
    }),
  };
}

/** Makes the test of a value, which is NaN where an event has none. */
function orAbsent(
  test: (value: Scalar) => boolean,
): (value: Scalar) => boolean {
  const meetsAbsent = test(null);
  return (value) => Number.isNaN(value) ? meetsAbsent : test(value);
}

/** The verdicts that are the same for all batches. */
function verdictsAhead(
  { from, number, test }: CompiledCondition,
  { keys, values }: Schema,
): Uint8Array {
  if (from === "key") {
    return verdictsOn(readScalars(keys[number]!.oneOf), test);
  }
  // Only whole numbers have a place in the table.
  return from === "value" && values[number]!.as === "integer"
    ? Uint8Array.from({ length: USUAL_VALUES }, (_, n) => test(n) ? 1 : 0)
    : NO_VERDICTS;
}

/** Tests each of a few distinct values once, for all the rows that have it. */
function verdictsOn(
  values: readonly Scalar[],
  test: (value: Scalar) => boolean,
): Uint8Array {
  return Uint8Array.from(values, (value) => test(value) ? 1 : 0);
}

/** Turns the conditions to the batch at hand. */
function lookAt(
  batch: EventBatch,
  conditions: readonly BoundCondition[],
): void {
  const scalars = new Map<Column, Scalar[]>();
  for (const condition of conditions) {
    const { from, number, test } = condition;
    if (from === "value") {
      condition.values = batch.values[number]!.value;
      continue;
    }
    const column = (from === "key" ? batch.keys : batch.columns)[number]!;
    condition.index = column.index;
    // What the schema says a key can be is tested already.
    if (column.dictionary.length === 0) continue;
    const read = scalars.get(column) ?? readScalars(column.dictionary);
    scalars.set(column, read);
    condition.verdicts = verdictsOn(read, test);
  }
}

function meetsAll(
  conditions: readonly BoundCondition[],
  row: number,
): boolean {
  for (let number = 0; number < conditions.length; number++) {
    const condition = conditions[number]!;
    const { verdicts } = condition;
    if (condition.isValue) {
      const value = condition.values[row]!;
      const meets = value >= 0 && value < verdicts.length
        ? verdicts[value] === 1
        : condition.test(value);
      if (!meets) return false;
    } else if (verdicts[condition.index[row]!] === 0) return false;
  }
  return true;
}

/**
 * Applies all rules to all rows. The tags and keys of those kept are written one
 * after the other.
 *
 * @param kept Gets the number of each row that is kept.
 * @returns How many they are.
 */
function applyRules(
  rules: readonly BoundRule[],
  rows: number,
  kept: Uint32Array,
  tags: readonly Uint8Array[],
  writes: readonly Uint32Array[],
): number {
  let to = 0;
  for (let row = 0; row < rows; row++) {
    if (passRow(rules, row, tags, writes, to)) kept[to++] = row;
  }
  return to;
}

/**
 * Applies all rules to a row, which gets the tags and the keys of row `to`.
 *
 * @returns False if one of them drops it; the next row then takes its place.
 */
function passRow(
  rules: readonly BoundRule[],
  row: number,
  tags: readonly Uint8Array[],
  writes: readonly Uint32Array[],
  to: number,
): boolean {
  for (let rule = 0; rule < rules.length; rule++) {
    const { conditions, drop, set, write } = rules[rule]!;
    if (!meetsAll(conditions, row)) continue;
    if (drop) {
      // No later rule sees a dropped event.
      for (let tag = 0; tag < tags.length; tag++) tags[tag]![to] = 0;
      for (let at = 0; at < writes.length; at++) writes[at]![to] = 0;
      return false;
    }
    for (let number = 0; number < set.length; number++) {
      const { tag, value } = set[number]!;
      tags[tag]![to] = value;
    }
    for (let number = 0; number < write.length; number++) {
      const { at, value } = write[number]!;
      writes[at]![to] = value;
    }
  }
  return true;
}

/** Makes the batch of the rows that are kept. */
function keptOf(batch: EventBatch, kept: Uint32Array): EventBatch {
  const work = itemsOf(batch.work, kept);
  // Spreading takes longer than all else that a small batch needs.
  const result: EventBatch = {
    begin: batch.begin,
    end: batch.end,
    rows: kept.length,
    keys: batch.keys.map(({ dictionary, index }) => ({
      dictionary,
      index: indexesOf(index, kept),
    })),
    values: batch.values.map(({ value, exact }) => ({
      value: doublesOf(value, kept),
      exact: itemsOf(exact, kept),
    })),
    columns: [],
    tags: [],
    work: [],
    scoreRow: work.length > 0
      ? Uint32Array.from(work, ({ row }) => row)
      : NO_ROWS,
    score: work.length > 0
      ? Float64Array.from(work, (item) => score(item))
      : NO_SCORES,
    filtered: batch.filtered + batch.rows - kept.length,
    rejects: batch.rejects,
  };
  const { fractionsCut, timeMs, line, lineOffset } = batch;
  if (fractionsCut) result.fractionsCut = fractionsCut;
  if (timeMs) result.timeMs = doublesOf(timeMs, kept);
  if (line) result.line = indexesOf(line, kept);
  if (lineOffset) result.lineOffset = indexesOf(lineOffset, kept);
  return result;
}

function indexesOf(column: Uint32Array, kept: Uint32Array): Uint32Array {
  const chosen = indexColumn(kept.length);
  for (let to = 0; to < kept.length; to++) chosen[to] = column[kept[to]!]!;
  return chosen;
}

function doublesOf(column: Float64Array, kept: Uint32Array): Float64Array {
  const chosen = doubleColumn(kept.length);
  for (let to = 0; to < kept.length; to++) chosen[to] = column[kept[to]!]!;
  return chosen;
}

/** What a batch has for few of its rows, by ascending row. */
function itemsOf<Item extends { row: number }>(
  items: readonly Item[],
  kept: Uint32Array,
): Item[] {
  const chosen: Item[] = [];
  let to = 0;
  for (const item of items) {
    while (to < kept.length && kept[to]! < item.row) to++;
    if (kept[to] === item.row) chosen.push({ ...item, row: to });
  }
  return chosen;
}

/** Writes what the rules have set into a key. */
function writeKey(
  { dictionary, index }: Column,
  values: readonly string[],
  writes: Uint32Array,
  oneOf: readonly string[],
): Column {
  const isOpen = oneOf.length === 0;
  const known = [...isOpen ? dictionary : oneOf];
  const wanted = new Map(values.map((text, at) => [text, at]));
  const places = new Int32Array(values.length).fill(NO_PLACE);
  known.forEach((text, place) => {
    const at = wanted.get(text);
    if (at !== undefined) places[at] = place;
  });
  values.forEach((text, at) => {
    if (places[at] === NO_PLACE) places[at] = known.push(text) - 1;
  });
  for (let row = 0; row < writes.length; row++) {
    const value = writes[row]!;
    if (value > 0) index[row] = places[value - 1]!;
  }
  return { dictionary: isOpen ? known : dictionary, index };
}

/** Stands for the place of a value that the batch does not have. */
const NO_PLACE = -1;
