/**
 * The order of a table's rows, as it stands in the address.
 *
 * @module
 */

/** By which column, and in which direction. */
export interface Sort {
  key: string;
  isDown: boolean;
}

/** What a row is sorted by; undefined comes last in both directions. */
export type SortValue = number | string | undefined;

/** Reads "cpu" or "-cpu". */
export function sortOf(text: string | null): Sort | undefined {
  if (text === null || text === "" || text === "-") return undefined;
  return text.startsWith("-")
    ? { key: text.slice(1), isDown: true }
    : { key: text, isDown: false };
}

/** The other way round: undefined for the order of the config. */
export function sortText(sort: Sort | undefined): string | undefined {
  return sort && `${sort.isDown ? "-" : ""}${sort.key}`;
}

/** What a click on a column's title makes of the order: up, down, none. */
export function nextSort(
  sort: Sort | undefined,
  key: string,
): Sort | undefined {
  if (sort?.key !== key) return { key, isDown: false };
  return sort.isDown ? undefined : { key, isDown: true };
}

/** Returns the rows in order; equal ones stay as they are. */
export function sorted<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => SortValue,
  isDown: boolean,
): Row[] {
  return rows.toSorted((one, other) => {
    const a = valueOf(one);
    const b = valueOf(other);
    if (a === undefined || b === undefined) {
      return Number(a === undefined) - Number(b === undefined);
    }
    return isDown ? compare(b, a) : compare(a, b);
  });
}

const WORDS = new Intl.Collator(undefined, { numeric: true });

function compare(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : WORDS.compare(String(a), String(b));
}
