/**
 * The rules stage: drops the events that nobody wants, tags and scores the
 * others.
 *
 * Works on columns: no object stands for an event, and a condition on a field
 * with few distinct values is tested once for each of those.
 *
 * @module
 */

import type {
  EventBatch,
  Opening,
  WorkItem,
} from "../../proto/pipeline/batches.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { firstOf, NO_ROWS, NO_SCORES } from "../events/event_batch.ts";
import { score } from "../events/work_item.ts";
import { compileCondition, type Scalar } from "./condition.ts";
import type { Rule } from "./rules_file.ts";

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
    createTransform(types) {
      const bound = compiled.map((rule) => bindRule(rule, types, fields));
      return (batch) => {
        for (const { conditions } of bound) {
          for (const condition of conditions) lookAt(batch, condition);
        }
        return applyRules(bound, tags.length, batch);
      };
    },
  };
}

/** A condition during one run. */
interface BoundCondition {
  test(value: Scalar): boolean;
  /** What it looks at: the value, the type, or the column of this number. */
  at: "value" | "type" | number;
  /** The column it looks at, of the batch at hand; not for the value. */
  index: Uint16Array | Uint32Array;
  /**
   * For what the column can hold, 1 where that meets the condition; for each of
   * the {@linkcode USUAL_VALUES}, where it looks at the value.
   */
  verdicts: Uint8Array;
}

/** Whole numbers below this, from 0, are tested once and not in each row. */
const USUAL_VALUES = 1_024;

/** A rule during one run. */
type BoundRule = Omit<CompiledRule, "conditions"> & {
  conditions: BoundCondition[];
};

function bindRule(
  { conditions, ...rule }: CompiledRule,
  types: readonly string[],
  fields: readonly string[],
): BoundRule {
  return {
    ...rule,
    conditions: conditions.map(({ field, test }) => ({
      test,
      at: field === "value" || field === "type" ? field : fields.indexOf(field),
      index: NO_ROWS,
      verdicts: field === "type"
        ? verdictsOn(types, test)
        : field === "value"
        ? Uint8Array.from({ length: USUAL_VALUES }, (_, n) => test(n) ? 1 : 0)
        : new Uint8Array(),
    })),
  };
}

/** Turns a condition to the batch at hand. */
function lookAt(batch: EventBatch, condition: BoundCondition): void {
  const { at, test } = condition;
  if (at === "value") return;
  if (at === "type") {
    condition.index = batch.type;
    return;
  }
  const { index, dictionary } = batch.columns[at]!;
  condition.index = index;
  condition.verdicts = verdictsOn(
    dictionary.map((json): Scalar => JSON.parse(json)),
    test,
  );
}

/** Tests each of a few distinct values once, for all the rows that have it. */
function verdictsOn(
  values: readonly Scalar[],
  test: (value: Scalar) => boolean,
): Uint8Array {
  return Uint8Array.from(values, (value) => test(value) ? 1 : 0);
}

function meetsAll(
  conditions: readonly BoundCondition[],
  values: Float64Array,
  row: number,
): boolean {
  for (let number = 0; number < conditions.length; number++) {
    const { at, test, index, verdicts } = conditions[number]!;
    if (at === "value") {
      const value = values[row]!;
      const meets = value >= 0 && value < USUAL_VALUES
        ? verdicts[value] === 1
        : test(value);
      if (!meets) return false;
    } else if (verdicts[index[row]!] === 0) return false;
  }
  return true;
}

/** Makes the batch of the rows that no rule drops, tagged. */
function applyRules(
  rules: readonly BoundRule[],
  tagCount: number,
  batch: EventBatch,
): EventBatch {
  const rows = batch.type.length;
  const type = new Uint16Array(rows);
  const value = new Float64Array(rows);
  const tags: Uint8Array[] = [];
  for (let tag = 0; tag < tagCount; tag++) tags.push(new Uint8Array(rows));
  // Where each row has gone; asked for few rows, if any.
  const places = batch.exact.length > 0 || batch.work.length > 0
    ? new Int32Array(rows).fill(DROPPED)
    : NO_PLACES;
  let to = 0;
  for (let row = 0; row < rows; row++) {
    if (!passRow(rules, batch.value, row, tags, to)) continue;
    type[to] = batch.type[row]!;
    value[to] = batch.value[row]!;
    if (places !== NO_PLACES) places[row] = to;
    to++;
  }
  for (let tag = 0; tag < tagCount; tag++) tags[tag] = firstOf(tags[tag]!, to);
  return {
    begin: batch.begin,
    end: batch.end,
    type: firstOf(type, to),
    value: firstOf(value, to),
    exact: batch.exact,
    columns: [],
    tags,
    work: [],
    scoreRow: NO_ROWS,
    score: NO_SCORES,
    filtered: batch.filtered + rows - to,
    rejects: batch.rejects,
    ...(batch.fractionsCut ? { fractionsCut: batch.fractionsCut } : {}),
    ...(places === NO_PLACES ? {} : keptOf(batch, places)),
  };
}

/**
 * Applies all rules to a row, which gets the tags of row `to`.
 *
 * @returns False if one of them drops it; the next row then takes its place.
 */
function passRow(
  rules: readonly BoundRule[],
  values: Float64Array,
  row: number,
  tags: readonly Uint8Array[],
  to: number,
): boolean {
  for (let rule = 0; rule < rules.length; rule++) {
    const { conditions, drop, set } = rules[rule]!;
    if (!meetsAll(conditions, values, row)) continue;
    if (drop) {
      // No later rule sees a dropped event.
      for (let tag = 0; tag < tags.length; tag++) tags[tag]![to] = 0;
      return false;
    }
    for (let at = 0; at < set.length; at++) {
      const { tag, value } = set[at]!;
      tags[tag]![to] = value;
    }
  }
  return true;
}

/** What a batch has for few of its rows: the exact values, and the scores. */
function keptOf(
  batch: EventBatch,
  places: Int32Array,
): Pick<EventBatch, "exact" | "scoreRow" | "score"> {
  const isKept = ({ row }: { row: number }) => places[row] !== DROPPED;
  const work = batch.work.filter(isKept);
  return {
    exact: batch.exact.filter(isKept)
      .map(({ row, decimal }) => ({ row: places[row]!, decimal })),
    scoreRow: Uint32Array.from(work, ({ row }) => places[row]!),
    score: Float64Array.from(work, (item: WorkItem) => score(item)),
  };
}

/** Stands for the place of a row that was dropped. */
const DROPPED = -1;
const NO_PLACES = new Int32Array();

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
