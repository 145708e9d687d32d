/**
 * Which of the records of a run are written, and in which order.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import { suggestionOrAll } from "../../runtime/program/suggest.ts";
import { type Cell, cellOf, columnsOf } from "./flat_records.ts";
import type { RecordKind } from "./formats.ts";

/** What is written of all records. */
export interface Choice {
  /** At most so many. @default {all} */
  top?: number | undefined;
  /** The field that says which come first. @default {the order they have} */
  sort?: string | undefined;
}

/** The word for the whole key, whatever its fields are called. */
const KEY = "key";

/**
 * Chooses records, which are in the order of the key.
 *
 * Figures descend, the key and its fields ascend. Records that have the same
 * there stay in the order they have; those that have nothing there come last.
 */
export function chooseRecords<T extends object>(
  records: readonly T[],
  { top = Infinity, sort }: Choice,
  kind: RecordKind,
): readonly T[] {
  const column = columnsOf(kind).find(({ name }) => name === sort);
  // By the whole key, or by the first field of it, they are sorted already.
  if (column === undefined || sort === kind.keys[0]) {
    return top < records.length ? records.slice(0, top) : records;
  }
  const sign = column.isKey ? 1 : -1;
  const cells = records.map((record) => cellOf(record, column) ?? null);
  const order = Uint32Array.from(records, (_, row) => row).sort((a, b) =>
    compare(cells[a]!, cells[b]!, sign) || a - b
  );
  return Array.from(order.subarray(0, top), (row) => records[row]!);
}

/** Orders two cells; a number and a bigint are compared exactly. */
function compare(a: Cell, b: Cell, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [ofA, ofB] = [rank(a), rank(b)];
  if (ofA !== ofB) return sign * (ofA - ofB);
  return a < b ? -sign : a > b ? sign : 0;
}

/** Booleans, numbers and texts have no order among each other but this. */
function rank(cell: Cell): number {
  return typeof cell === "boolean" ? 0 : typeof cell === "string" ? 2 : 1;
}

/**
 * Checks a choice before there are records.
 *
 * @param kind Its `fields` have every field that a record of the run can have.
 * @throws {UsageError} For a field that no record can have, or a number without
 * an order.
 */
export function checkChoice(
  { top, sort }: Choice,
  kind: RecordKind,
): void {
  if (sort === undefined) {
    if (top === undefined) return;
    throw new UsageError(
      `Cannot use --top=${top} alone: say which come first, as in --sort=count`,
    );
  }
  const known = [KEY, ...columnsOf(kind).map(({ name }) => name)];
  if (known.includes(sort)) return;
  throw new UsageError(
    `Cannot use --sort=${sort}: results have no such field${
      suggestionOrAll(sort, [...new Set(known)])
    }`,
  );
}
