/**
 * Records as a table for a person: aligned, the numbers at their right ends.
 *
 * It fits 80 columns where it can: the parts of a dotted name are put one below
 * another then, and text is cut. Only a
 * column that no record has anything in is left out.
 *
 * @module
 */

import { grouped } from "../../runtime/program/numbers.ts";
import { cut, fit, widthOf } from "../../runtime/program/text_width.ts";
import { visible } from "../../runtime/program/visible_text.ts";
import {
  type Cell,
  cellOf,
  type Column,
  columnsOf,
  rowOf,
} from "./flat_records.ts";
import type { RecordKind } from "./formats.ts";

/** Columns of the narrowest terminal that people use. */
const TABLE_COLUMNS = 80;
const GAP = "  ";
/** Text is not cut below this many columns. */
const SHORTEST_TEXT = 16;
/** Digits after the point. */
const MOST_DECIMALS = 4;

/** Writes a table as lines, without their ends; none where there are no rows. */
export function tableLines(
  records: readonly object[],
  kind: RecordKind,
): string[] {
  if (records.length === 0) return [];
  const columns = columnsOf(kind).filter((column) =>
    records.some((record) => cellOf(record, column) !== undefined)
  );
  const rows = records.map((record) => rowOf(record, columns));
  const body = rows.map((row) =>
    row.map((cell, at) => shown(cell, columns[at]!.isKey))
  );
  const isText = columns.map((_, at) =>
    rows.some((row) => typeof row[at] === "string")
  );
  const cellWidths = columns.map((_, at) =>
    body.reduce((most, row) => Math.max(most, widthOf(row[at]!)), 0)
  );
  const heads = [
    columns.map(({ name }) => [onOneLine(name)]),
    stacked(columns),
  ];
  const widthsUnder = (head: string[][]) =>
    head.map((parts, at) => Math.max(cellWidths[at]!, ...parts.map(widthOf)));
  const fits = (widths: number[]) =>
    sum(widths) + GAP.length * (widths.length - 1) <= TABLE_COLUMNS;
  const head = heads.find((each) => fits(widthsUnder(each))) ?? heads[1]!;
  // Of two times it is mostly the end that differs.
  const canBeCut = columns.map((_, at) =>
    isText[at]! && !rows.every((row) => isTime(row[at]))
  );
  const widths = shorten(widthsUnder(head), canBeCut);
  const height = Math.max(...head.map((parts) => parts.length));
  const headRows = Array.from({ length: height }, (_, line) =>
    // The last parts stand on one line, next to the cells.
    head.map((parts) => parts[line - height + parts.length] ?? ""));
  return [...headRows, ...body].map((row) =>
    row.map((cell, at) =>
      fit(cut(cell, widths[at]!), widths[at]!, isText[at] ? "left" : "right")
    ).join(GAP).trimEnd()
  );
}

function stacked(columns: readonly Column[]): string[][] {
  return columns.map(({ path }) => path.map(onOneLine));
}

/** Takes from the texts what is too much, from the widest first. */
function shorten(widths: number[], canBeCut: boolean[]): number[] {
  const left = [...widths];
  let tooMany = sum(left) + GAP.length * (left.length - 1) - TABLE_COLUMNS;
  while (tooMany > 0) {
    const widest = left.reduce(
      (best, width, at) =>
        canBeCut[at] && width > (left[best] ?? SHORTEST_TEXT) ? at : best,
      -1,
    );
    if (widest < 0) break;
    const others = left.filter((_, at) => canBeCut[at] && at !== widest);
    const next = Math.max(
      SHORTEST_TEXT,
      ...others.filter((width) => width < left[widest]!),
    );
    const less = Math.max(1, Math.min(tooMany, left[widest]! - next));
    left[widest] = left[widest]! - less;
    tooMany -= less;
  }
  return left;
}

/** A time in UTC as the results have it. */
const TIME = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;

function isTime(cell: Cell | undefined): boolean {
  return typeof cell === "string" && TIME.test(cell);
}

function shown(cell: Cell | undefined, isKey: boolean): string {
  switch (typeof cell) {
    case "undefined":
      return "";
    case "number":
      // Who looks for a key looks for it as it stands.
      if (isKey) return String(cell);
      return grouped(Number(cell.toFixed(MOST_DECIMALS)));
    case "bigint":
      return grouped(String(cell));
    case "string":
      return onOneLine(cell);
    case "boolean":
      return String(cell);
    default:
      return "-";
  }
}

/** A line of a table is one line. */
function onOneLine(text: string): string {
  return visible(text).replaceAll(/[\n\t]/g, " ");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
