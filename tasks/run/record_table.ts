/**
 * The results of any events as a table for a person. Whoever wants all of a
 * result has the file: a table leaves out what there is no room for.
 *
 * @module
 */

import { trimmed } from "../../runtime/program/numbers.ts";
import {
  type Cell,
  cellOf,
  type Column,
  columnsOf,
} from "../../stages/sink/flat_records.ts";
import type { RecordKind } from "../../stages/sink/formats.ts";
import type { ColumnWeight } from "../terminal/fit_table.ts";
import { formatTable } from "../terminal/table.ts";

/** The fields that say when a window was. */
const WINDOW_START = "window_start";
const WINDOW_END = "window_end";

/**
 * Writes records as a table. The key is always shown, and its texts are cut.
 *
 * @param records Some of a run; there is at least one.
 * @param terminalColumns As `columns` of {@linkcode formatTable}.
 */
export function recordTable(
  records: readonly object[],
  kind: RecordKind,
  terminalColumns?: number,
): string {
  const columns = columnsOf(kind).filter((column) =>
    records.some((record) => cellOf(record, column) !== undefined)
  );
  const cells = columns.map((column) =>
    textsOf(records.map((record) => cellOf(record, column)), column)
  );
  const isFigure = columns.map((column) =>
    !column.isKey && column.name !== WINDOW_END
  );
  return formatTable([
    columns.map(({ name }) => name),
    ...records.map((_, row) => cells.map((column) => column[row]!)),
  ], {
    right: (column) => isFigure[column]!,
    weights: columns.map(weightOf),
    columns: terminalColumns,
  }).trimEnd();
}

/** What is worth least is left out first: of equals, what stands last. */
function weightOf({ name, path: [first], isKey }: Column): ColumnWeight {
  if (name === WINDOW_START) return {};
  if (isKey) return { words: true };
  if (name === WINDOW_END) return { leaveOut: 3 };
  if (first === "tags") return { leaveOut: 2 };
  return { leaveOut: name === "count" ? 0 : 1 };
}

function textsOf(
  cells: (Cell | undefined)[],
  { name, isKey }: Column,
): string[] {
  const texts = cells.map((cell) => shown(cell, isKey));
  const isTime = name === WINDOW_START || name === WINDOW_END;
  return isTime && isOneDay(texts) ? texts.map(timeOfDay) : texts;
}

function shown(cell: Cell | undefined, isKey: boolean): string {
  switch (typeof cell) {
    case "undefined":
      return "";
    case "number":
      // Who looks for a key looks for it as it stands.
      return isKey ? String(cell) : trimmed(cell);
    case "bigint":
      return trimmed(String(cell));
    case "object":
      return "-";
    default:
      // A line of a table is one line.
      return String(cell).replaceAll(/[\n\t]/g, " ");
  }
}

function isOneDay([first = "", ...others]: string[]): boolean {
  const [day] = first.split("T");
  return others.every((each) => each.startsWith(`${day}T`));
}

function timeOfDay(time: string): string {
  return time.slice(time.indexOf("T") + 1);
}
