/**
 * Writes rows as columns for a person: no lines, two spaces between.
 *
 * @module
 */

import Table from "cli-table3";

/** Options for {@linkcode formatTable}. */
export interface TableOptions {
  /** Columns whose cells end, and do not begin, at the same place. @default {none} */
  right?: (column: number) => boolean;
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
 * @param rows The first row is the columns' names.
 * @returns Lines, each with its end.
 */
export function formatTable(
  [head = [], ...rows]: readonly (readonly string[])[],
  { right = () => false }: TableOptions = {},
): string {
  const table = new Table({
    head: [...head],
    chars: {
      ...Object.fromEntries(FRAME.map((piece) => [piece, ""])),
      middle: "  ",
    },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: head.map((_, column) => right(column) ? "right" : "left"),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split("\n").map((line) => `${line.trimEnd()}\n`)
    .join("");
}
