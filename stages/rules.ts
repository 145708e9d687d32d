/**
 * The rules stage: drops the events that nobody wants, tags and scores the
 * others.
 *
 * Works column by column: each condition is one pass over one column, and no
 * object stands for an event.
 *
 * @module
 */

import type {
  EventBatch,
  Opening,
  WorkItem,
} from "../proto/pipeline/batches.ts";
import { UsageError } from "../proto/flags.ts";
import { compileCondition, type Scalar } from "./condition.ts";
import type { Rule } from "./rules_file.ts";
import { score } from "./work_item.ts";

/** The rules stage, ready for a run. */
export interface Rules {
  /** The fields besides type and value that the rules read. */
  fields: string[];
  /** The tags that the rules may set. */
  tags: Opening["tags"];
  /** Builds the transform for events of these types. */
  createTransform(
    types: readonly string[],
  ): (batch: EventBatch) => EventBatch;
}

/** One condition: `test` on the values of `field`. */
interface CompiledCondition {
  field: string;
  test(value: Scalar): boolean;
}

/** One rule; `set` holds tag numbers with what to write there. */
interface CompiledRule {
  conditions: CompiledCondition[];
  drop: boolean;
  set: { tag: number; value: number }[];
}

/**
 * Compiles rules.
 *
 * @throws {UsageError} If a bound of `ts` is not a date, or one tag has more
 * than 255 values.
 */
export function createRules(rules: readonly Rule[]): Rules {
  const tags = collectTags(rules);
  const compiled = rules.map((rule) => compileRule(rule, tags));
  const fields = [
    ...new Set(
      compiled.flatMap(({ conditions }) =>
        conditions.map(({ field }) => field)
      ),
    ),
  ].filter((field) => field !== "type" && field !== "value");

  return {
    fields,
    tags,
    createTransform: (types) => (batch) => {
      const rows = batch.type.length;
      const kept = new Uint8Array(rows).fill(1);
      const tagColumns = tags.map(() => new Uint8Array(rows));
      for (const { conditions, drop, set } of compiled) {
        // Dropped events stay out: no later rule sees them.
        const meets = kept.slice();
        for (const condition of conditions) {
          mark(meets, condition, batch, types, fields);
        }
        for (let row = 0; drop && row < rows; row++) {
          if (meets[row]) kept[row] = 0;
        }
        for (const { tag, value } of set) {
          const column = tagColumns[tag]!;
          for (let row = 0; row < rows; row++) {
            if (meets[row]) column[row] = value;
          }
        }
      }
      return keepRows(batch, kept, tagColumns);
    },
  };
}

/** Clears `meets` for the rows whose field does not meet the condition. */
function mark(
  meets: Uint8Array,
  { field, test }: CompiledCondition,
  batch: EventBatch,
  types: readonly string[],
  fields: readonly string[],
): void {
  if (field === "value") {
    const { value } = batch;
    for (let row = 0; row < meets.length; row++) {
      if (meets[row] && !test(value[row]!)) meets[row] = 0;
    }
    return;
  }
  // The other columns have few distinct values: test each of those once.
  const { index, values } = field === "type"
    ? { index: batch.type, values: types }
    : dictionaryOf(batch, fields.indexOf(field));
  const verdicts = Uint8Array.from(values, (value) => test(value) ? 1 : 0);
  for (let row = 0; row < meets.length; row++) {
    if (!verdicts[index[row]!]) meets[row] = 0;
  }
}

function dictionaryOf(batch: EventBatch, at: number) {
  const { index, dictionary } = batch.columns[at]!;
  return {
    index,
    values: dictionary.map((json): Scalar => JSON.parse(json)),
  };
}

/** Makes the batch of the rows that are marked in `kept`. */
function keepRows(
  batch: EventBatch,
  kept: Uint8Array,
  tagColumns: Uint8Array[],
): EventBatch {
  const rows = kept.length;
  const type = new Uint16Array(rows);
  const value = new Float64Array(rows);
  const tags = tagColumns.map(() => new Uint8Array(rows));
  let to = 0;
  for (let row = 0; row < rows; row++) {
    if (!kept[row]) continue;
    type[to] = batch.type[row]!;
    value[to] = batch.value[row]!;
    for (let tag = 0; tag < tags.length; tag++) {
      tags[tag]![to] = tagColumns[tag]![row]!;
    }
    to++;
  }
  const newRow = renumber(batch, kept);
  const work = batch.work.filter(({ row }) => kept[row]);
  return {
    begin: batch.begin,
    end: batch.end,
    type: type.subarray(0, to),
    value: value.subarray(0, to),
    exact: batch.exact.filter(({ row }) => kept[row])
      .map(({ row, decimal }) => ({ row: newRow(row), decimal })),
    columns: [],
    tags: tags.map((column) => column.subarray(0, to)),
    work: [],
    scoreRow: Uint32Array.from(work, ({ row }) => newRow(row)),
    score: Float64Array.from(work, (item: WorkItem) => score(item)),
    filtered: batch.filtered + rows - to,
    rejects: batch.rejects,
  };
}

/** Returns where a kept row has gone; asked for few rows, if any. */
function renumber(
  batch: EventBatch,
  kept: Uint8Array,
): (row: number) => number {
  if (batch.exact.length === 0 && batch.work.length === 0) return (row) => row;
  const places = new Uint32Array(kept.length);
  for (let row = 1; row < kept.length; row++) {
    places[row] = places[row - 1]! + kept[row - 1]!;
  }
  return (row) => places[row]!;
}

function collectTags(rules: readonly Rule[]): Opening["tags"] {
  const valuesOf = new Map<string, Set<string>>();
  for (const { set = {} } of rules) {
    for (const [tag, value] of Object.entries(set)) {
      valuesOf.set(tag, (valuesOf.get(tag) ?? new Set()).add(value));
    }
  }
  return [...valuesOf].map(([name, values]) => {
    if (values.size <= MAX_TAG_VALUES) return { name, values: [...values] };
    throw new UsageError(
      `Cannot use the rules: tag "${name}" has over ${MAX_TAG_VALUES} values`,
    );
  });
}

/** A tag column is one byte an event, and 0 means not set. */
const MAX_TAG_VALUES = 255;

function compileRule(rule: Rule, tags: Opening["tags"]): CompiledRule {
  const conditions = Object.entries(rule.when).map(([field, condition]) => {
    try {
      return { field, test: compileCondition(field, condition) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new UsageError(
        `Cannot use rule "${rule.name}": ${field}: ${error.message}`,
      );
    }
  });
  const set = Object.entries(rule.set ?? {}).map(([name, value]) => {
    const tag = tags.findIndex((each) => each.name === name);
    return { tag, value: tags[tag]!.values.indexOf(value) + 1 };
  });
  return { conditions, drop: rule.drop === true, set };
}
