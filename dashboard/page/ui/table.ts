/**
 * A table whose rows can be sorted and opened. On a narrow screen its rows
 * become cards.
 *
 * @module
 */

import { type Child, html, type View } from "../preact.ts";
import { icon } from "./icons.ts";
import { nextSort, type Sort, sorted, type SortValue } from "./sort.ts";

/** One column. */
export interface Column<Row> {
  key: string;
  title: string;
  /** Numbers stand at the end. */
  isNumber?: boolean;
  /** Hidden where the table is less wide: 700, 900 or 1,100 pixels. */
  from?: "medium" | "wide" | "widest";
  /** Absent where sorting by it makes no sense. */
  sortBy?: (row: Row) => SortValue;
  cell: (row: Row) => Child;
}

/** What a table shows. The first column names the row. */
export interface TableProps<Row> {
  /** What the rows are, for who cannot see them. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** A class for a row. */
  classOf?: (row: Row) => string;
  sort?: Sort | undefined;
  onSort?: (next: Sort | undefined) => void;
  /** A click anywhere in a row. */
  onOpen?: (row: Row) => void;
}

/** Draws a table with its rows as they are given: see {@linkcode inOrder}. */
export function table<Row>(props: TableProps<Row>): View {
  const { label, columns, rows, keyOf, classOf, onOpen } = props;
  return html`
    <div class="table-box">
      <table class="${onOpen ? "table opens" : "table"}">
        <caption class="unseen">${label}</caption>
        <thead>
          <tr>${columns.map((column) => heading(column, props))}</tr>
        </thead>
        <tbody>
          ${rows.map((row) =>
            html`
              <tr
                key="${keyOf(row)}"
                class="${classOf?.(row) ?? ""}"
                onClick="${onOpen &&
                  ((event: MouseEvent) => openRow(event, () => onOpen(row)))}"
              >
                ${columns.map((column, index) =>
                  cell(column, row, index === 0)
                )}
              </tr>
            `
          )}
        </tbody>
      </table>
    </div>
  `;
}

/** The rows in the order that the titles of the columns have chosen. */
export function inOrder<Row>(
  { rows, columns, sort }: Pick<TableProps<Row>, "rows" | "columns" | "sort">,
): readonly Row[] {
  const sortBy = columns.find(({ key }) => key === sort?.key)?.sortBy;
  return sort && sortBy ? sorted(rows, sortBy, sort.isDown) : rows;
}

function heading<Row>(
  column: Column<Row>,
  { sort, onSort }: TableProps<Row>,
): View {
  const { key, title, sortBy } = column;
  const isSorted = sort?.key === key;
  const order = !isSorted ? "none" : sort.isDown ? "descending" : "ascending";
  if (!sortBy || !onSort) {
    return html`
      <th scope="col" class="${classOfColumn(column)}">${title}</th>
    `;
  }
  return html`
    <th scope="col" class="${classOfColumn(column)}" aria-sort="${order}">
      <button
        type="button"
        class="sort"
        onClick="${() => onSort(nextSort(sort, key))}"
      >
        <span>${title}</span>
        <span class="sort-mark">${isSorted &&
          icon(sort.isDown ? "down" : "up")}</span>
      </button>
    </th>
  `;
}

function cell<Row>(column: Column<Row>, row: Row, isName: boolean): View {
  const className = classOfColumn(column);
  return isName
    ? html`
      <th scope="row" class="${className}">${column.cell(row)}</th>
    `
    : html`
      <td class="${className}" data-label="${column.title}">${column.cell(
        row,
      )}</td>
    `;
}

function classOfColumn<Row>({ key, isNumber, from }: Column<Row>): string {
  return [`column-${key}`, isNumber && "number", from && `from-${from}`]
    .filter(Boolean).join(" ");
}

/** Not where a link or a button was meant, nor where text was selected. */
function openRow(event: MouseEvent, open: () => void): void {
  if (event.target instanceof Element) {
    if (event.target.closest("a, button, input, select, label")) return;
  }
  if (getSelection()?.toString()) return;
  open();
}
