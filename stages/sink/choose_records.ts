/**
 * Which of the records of a run are written, and in which order.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import { suggestionOrAll } from "../../runtime/program/suggest.ts";
import { type Cell, flatten } from "./flat_records.ts";
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
 * Chooses records.
 *
 * Figures descend, the key and its fields ascend. Records that have the same
 * there stay in the order they have, which is that of the key; those that have
 * nothing there come last.
 */
export function chooseRecords<T extends object>(
  records: readonly T[],
  { top = Infinity, sort }: Choice,
  { keys, fields }: RecordKind,
): T[] {
  return sorted(records, sort, { keys, fields }).slice(0, top);
}

function sorted<T extends object>(
  records: readonly T[],
  sort: string | undefined,
  { keys, fields }: RecordKind,
): readonly T[] {
  if (sort === undefined) return records;
  const { columns, rows } = flatten(records, keys, fields);
  const at = columns.findIndex(({ name }) => name === sort);
  // Nothing has that field, or they are in the order of the key as they are.
  if (at < 0) return records;
  const sign = columns[at]!.isKey ? 1 : -1;
  return records.map((record, row) => ({ record, cell: rows[row]![at] }))
    .sort((a, b) => compare(a.cell, b.cell, sign))
    .map(({ record }) => record);
}

/** Orders two cells; a number and a bigint are compared exactly. */
function compare(
  a: Cell | undefined,
  b: Cell | undefined,
  sign: number,
): number {
  const [noA, noB] = [a ?? null, b ?? null].map((each) => each === null);
  if (noA || noB) return Number(noA) - Number(noB);
  const [ofA, ofB] = [rank(a!), rank(b!)];
  if (ofA !== ofB) return sign * (ofA - ofB);
  return a! < b! ? -sign : a! > b! ? sign : 0;
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
  { keys, fields }: RecordKind,
): void {
  if (sort === undefined) {
    if (top === undefined) return;
    throw new UsageError(
      `Cannot use --top=${top} alone: say which come first, as in --sort=count`,
    );
  }
  const known = [
    KEY,
    ...flatten([], keys, fields).columns.map(({ name }) => name),
  ];
  if (known.includes(sort)) return;
  throw new UsageError(
    `Cannot use --sort=${sort}: results have no such field${
      suggestionOrAll(sort, [...new Set(known)])
    }`,
  );
}
