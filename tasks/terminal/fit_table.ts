/**
 * Makes a table fit a terminal: leaves columns out by their weight, and cuts
 * those that hold words.
 *
 * Decides only; table.ts writes.
 *
 * @module
 */

import { cut, widthOf } from "../../runtime/program/text_width.ts";

/** What a column is worth where there is no room for all. */
export interface ColumnWeight {
  /** The highest is left out first; 0 is always shown. @default {0} */
  leaveOut?: number;
  /** Whether its cells may be cut. @default {false} */
  words?: boolean;
  /**
   * Other columns are left out before its words are cut below this many.
   * @default {24}
   */
  readable?: number;
}

/** A table that fits. */
export interface FittedTable {
  rows: string[][];
  /** The columns that are shown, counted from 0. */
  shown: number[];
  /** The names of those that are not. */
  leftOut: string[];
}

/** Spaces between two columns. */
export const GAP = 2;
/** How much of the words of a column there should be. */
const READABLE = 24;
/** Words are not cut below this many: a table is wider than its terminal then. */
const SHORTEST = 8;

/**
 * Makes a table fit.
 *
 * @param rows The first row is the columns' names. A cell may have lines.
 * @param columns How many columns the terminal has.
 * @param weights One for each column of the table.
 */
export function fitTable(
  rows: readonly (readonly string[])[],
  columns: number,
  weights: readonly ColumnWeight[],
): FittedTable {
  const natural = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOfCell(row[column] ?? "")))
  );
  const words = (column: number) => weights[column]?.words === true;
  const needed = (column: number, isTight: boolean) => {
    const least = isTight ? SHORTEST : weights[column]?.readable ?? READABLE;
    return words(column) ? Math.min(natural[column]!, least) : natural[column]!;
  };
  let shown = natural.map((_, column) => column);
  const total = (isTight: boolean) =>
    shown.reduce((sum, column) => sum + needed(column, isTight), 0) +
    GAP * (shown.length - 1);
  while (total(false) > columns) {
    const worst = worstOf(shown, weights);
    if (worst === undefined) break;
    shown = shown.filter((column) => column !== worst);
  }
  const isTight = total(false) > columns;
  const widths = new Map(shown.map((each) => [each, needed(each, isTight)]));
  // What is left over goes to the words, from the left.
  let left = columns - total(isTight);
  for (const column of shown.filter(words)) {
    const more = Math.max(
      0,
      Math.min(left, natural[column]! - widths.get(column)!),
    );
    widths.set(column, widths.get(column)! + more);
    left -= more;
  }
  return {
    rows: rows.map((row) =>
      shown.map((column) => cutCell(row[column] ?? "", widths.get(column)!))
    ),
    shown,
    leftOut: natural.flatMap((_, column) =>
      shown.includes(column) ? [] : [rows[0]![column]!]
    ),
  };
}

/** The column to leave out next; the later one of two with the same weight. */
function worstOf(
  shown: readonly number[],
  weights: readonly ColumnWeight[],
): number | undefined {
  let worst: number | undefined;
  let most = 1;
  for (const column of shown) {
    const { leaveOut = 0 } = weights[column] ?? {};
    if (leaveOut >= most) [worst, most] = [column, leaveOut];
  }
  return worst;
}

function widthOfCell(cell: string): number {
  return Math.max(...cell.split("\n").map(widthOf));
}

function cutCell(cell: string, width: number): string {
  return cell.split("\n").map((line) => cut(line, width)).join("\n");
}
