/**
 * Records as rows of cells: what is nested in a record gets a dotted name, such
 * as `tags.tier.big`. For every format that has columns.
 *
 * No field is known here by its name, save that some of them are the key: what
 * they hold is text or a number as it stands. All else are figures.
 *
 * @module
 */

import type { RecordKind } from "./formats.ts";

/** What a cell holds; a figure beyond 2^53 is a bigint. */
export type Cell = string | number | bigint | boolean | null;

/** A column of records, by its path in each. */
export interface Column {
  /** The dotted name; no other column of these records has it. */
  name: string;
  path: readonly string[];
  /** True for what tells one result from another. */
  isKey: boolean;
}

/**
 * The columns of records. They do not depend on what the records hold.
 *
 * @param keys The names of the fields that are the key.
 * @param fields An object with every field that a record can have, in order.
 */
export function columnsOf(
  { keys, fields }: Pick<RecordKind, "keys" | "fields">,
): Column[] {
  const columns: Column[] = [];
  const add = (inner: object, path: string[]) => {
    for (const [name, value] of Object.entries(inner)) {
      const here = [...path, name];
      if (isObject(value)) add(value, here);
      else {
        columns.push({
          name: dottedName(here, fields),
          path: here,
          isKey: path.length === 0 && keys.includes(name),
        });
      }
    }
  };
  add(fields, []);
  return columns;
}

/** A record as a row: a cell for each column, undefined where it has none. */
export function rowOf(
  record: object,
  columns: readonly Column[],
): (Cell | undefined)[] {
  return columns.map((column) => cellOf(record, column));
}

/**
 * Joins a path by dots. A name with a dot of its own is quoted where it could be
 * taken for two names: within another, or beside another of its first part. The
 * last name, such as a percentile, could only where that other has more within.
 */
function dottedName(path: readonly string[], fields: object): string {
  let around: unknown = fields;
  return path.map((name, depth) => {
    const beside = around;
    around = isObject(beside) ? beside[name] : undefined;
    if (!name.includes(".") && !name.includes('"')) return name;
    const [first = ""] = name.split(".");
    const isLast = depth > 0 && depth === path.length - 1;
    const isClear = !name.includes('"') &&
      (isLast
        ? isObject(beside) && !isObject(beside[first])
        : depth === 0 && !Object.hasOwn(fields, first));
    return isClear ? name : JSON.stringify(name);
  }).join(".");
}

/** The cell of one record; undefined where it has none. */
export function cellOf(
  record: object,
  { path, isKey }: Column,
): Cell | undefined {
  let value: unknown = record;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  // A figure that is a text is an integer of more digits than JSON is safe for.
  if (typeof value === "string" && !isKey && INTEGER.test(value)) {
    return BigInt(value);
  }
  return isObject(value) ? undefined : value as Cell | undefined;
}

const INTEGER = /^-?\d+$/;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
