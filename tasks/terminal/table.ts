/**
 * Writes rows as columns for a person: no lines, two spaces between.
 *
 * @module
 */

import Table from "cli-table3";
import { visible } from "../../runtime/program/visible_text.ts";
import { columnsOf } from "./columns.ts";
import { type ColumnWeight, fitTable, GAP } from "./fit_table.ts";

/** Options for {@linkcode formatTable}. */
export interface TableOptions {
  /** Columns whose cells end, and do not begin, at the same place. @default {none} */
  right?: (column: number) => boolean;
  /** What each column is worth where there is no room. @default {all stay} */
  weights?: readonly ColumnWeight[];
  /**
   * How many columns there are to fit into. @default {those of the terminal, if
   * standard output is one; else as many as it takes}
   */
  columns?: number | undefined;
}

/** Every piece of the frame that cli-table3 would draw. */
const FRAME = [
  ...["top", "top-mid", "top-left", "top-right"],
  ...["bottom", "bottom-mid", "bottom-left", "bottom-right"],
  ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid"],
];

/**
 * Writes rows as columns.
 *
 * @param cells The first row is the columns' names. What cannot be seen in them is
 * made visible, before there is anything to measure.
 * @returns Lines, each with its end. The last says what was left out, if there
 * was no room for it.
 */
export function formatTable(
  cells: readonly (readonly string[])[],
  { right = () => false, weights, columns = columnsOf(Deno.stdout) }:
    TableOptions = {},
): string {
  const all = cells.map((row) => row.map(visible));
  if (weights === undefined || columns === undefined) return draw(all, right);
  const { rows, shown, leftOut } = fitTable(all, columns, weights);
  const table = draw(rows, (column) => right(shown[column]!));
  return leftOut.length === 0
    ? table
    : `${table}(no room for ${leftOut.join(", ")}: --json has all)\n`;
}

function draw(
  [head = [], ...rows]: readonly (readonly string[])[],
  right: (column: number) => boolean,
): string {
  const table = new Table({
    head: [...head],
    chars: {
      ...Object.fromEntries(FRAME.map((piece) => [piece, ""])),
      middle: " ".repeat(GAP),
    },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: head.map((_, column) => right(column) ? "right" : "left"),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split("\n").map((line) => `${line.trimEnd()}\n`)
    .join("");
}
