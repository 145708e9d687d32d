/**
 * Records as rows of cells: what is nested in a record gets a dotted name, such
 * as `tags.tier.big`. For every format that has columns.
 *
 * No field is known here by its name, save that some of them are the key: what
 * they hold is text or a number as it stands. All else are figures.
 *
 * @module
 */

/** What a cell holds; a figure beyond 2^53 is a bigint. */
export type Cell = string | number | bigint | boolean | null;

/** Records as rows. */
export interface FlatRecords {
  columns: Column[];
  /** A cell for each column; undefined where a record has none. */
  rows: (Cell | undefined)[][];
}

/** A column of records, by its path in each. */
export interface Column {
  /** The dotted name; no other column of these records has it. */
  name: string;
  path: readonly string[];
  /** True for what tells one result from another. */
  isKey: boolean;
}

/** The names in records, as they are nested. */
type Names = Map<string, { hasCells: boolean; inner: Names }>;

/**
 * Makes rows of records.
 *
 * @param records Objects of text, numbers, booleans, null and further objects.
 * @param keys The names of the fields that are the key.
 * @param fields Fields that are columns even where no record has them, first and
 * in this order: an object that has them. @default {none}
 */
export function flatten(
  records: readonly object[],
  keys: readonly string[],
  fields: object = {},
): FlatRecords {
  const names: Names = new Map();
  for (const each of [fields, ...records]) collectNames(each, names);
  const columns = columnsOf(names, keys);
  return {
    columns,
    rows: records.map((record) =>
      columns.map((column) => cellOf(record, column))
    ),
  };
}

function collectNames(record: object, into: Names): void {
  for (const [name, value] of Object.entries(record)) {
    let named = into.get(name);
    if (!named) into.set(name, named = { hasCells: false, inner: new Map() });
    if (isObject(value)) collectNames(value, named.inner);
    else named.hasCells = true;
  }
}

function columnsOf(names: Names, keys: readonly string[]): Column[] {
  const columns: Column[] = [];
  const add = (inner: Names, path: string[]) => {
    for (const [name, named] of inner) {
      const here = [...path, name];
      if (named.hasCells) {
        columns.push({
          name: dottedName(here, names),
          path: here,
          isKey: path.length === 0 && keys.includes(name),
        });
      }
      add(named.inner, here);
    }
  };
  add(names, []);
  return columns;
}

/**
 * Joins a path by dots. A name with a dot of its own is quoted where it could be
 * taken for two names: within another, or beside another of its first part.
 */
function dottedName(path: readonly string[], names: Names): string {
  return path.map((name, depth) => {
    const [first = ""] = name.split(".");
    const isClear = !name.includes('"') &&
      (!name.includes(".") || (depth === 0 && !names.has(first)));
    return isClear ? name : JSON.stringify(name);
  }).join(".");
}

function cellOf(record: object, { path, isKey }: Column): Cell | undefined {
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
