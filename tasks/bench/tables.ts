/**
 * Writes the tables of a bench, for a terminal or for a page.
 *
 * @module
 */

import { formatTable } from "../terminal/table.ts";

/** Where tables are read: in a terminal, or in a page of Markdown. */
export type TableStyle = "terminal" | "markdown";

/** Narrowest column of a Markdown table. */
const RULE = "---";

/**
 * Writes rows as a table.
 *
 * @param cells The first row is the columns' names.
 * @param words Columns that hold words, which begin at the same place.
 * @returns Its lines, the last one without its end.
 */
export function writeTable(
  cells: readonly (readonly string[])[],
  style: TableStyle,
  words: readonly string[],
): string {
  const [head = [], ...rows] = cells;
  if (style === "markdown") return markdownTable(head, rows);
  return formatTable(cells, {
    right: (column) => !words.includes(head[column]!),
  }).trimEnd();
}

/** As `deno fmt` leaves it. */
function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((_, column) =>
    Math.max(
      RULE.length,
      ...[head, ...rows].map((row) => [...row[column]!].length),
    )
  );
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")
    } |`;
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...rows].map(line).join("\n");
}
