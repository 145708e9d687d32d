/**
 * Puts rows into a table of a database, whatever its columns are so far.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { pause } from "../../runtime/program/abort.ts";
import { type Cell, type Column, rowOf } from "./flat_records.ts";

/** How many rows are written before others have their turn. */
const ROWS = 2_000;
/** What is put into a table. */
export interface Rows {
  /** Our own columns, and what a record has there. */
  names: readonly string[];
  cellsOf(record: Record<string, unknown>): string[];
  columns: readonly Column[];
  records: readonly Record<string, unknown>[];
}

/**
 * Puts rows into a table, in the place of those of the same key.
 *
 * @param signal Ends it, with an error.
 */
export async function insert(
  database: DatabaseSync,
  table: string,
  { names: ours, cellsOf, columns, records }: Rows,
  signal: AbortSignal,
): Promise<void> {
  const names = [...ours, ...addColumns(database, table, columns)];
  const statement = database.prepare(
    `INSERT OR REPLACE INTO ${quoted(table)} (${
      names.map(quoted).join(", ")
    }) VALUES (${names.map(() => "?").join(", ")})`,
  );
  for (const [at, record] of records.entries()) {
    if (at % ROWS === ROWS - 1) {
      await pause(0, signal);
      signal.throwIfAborted();
    }
    statement.run(
      ...cellsOf(record),
      ...rowOf(record, columns).map(toStored),
    );
  }
}

/**
 * Adds the columns that are not there yet.
 *
 * @returns What each is called in the table. SQLite takes `A` and `a` for the
 * same: the later one has a digest of its name behind it, so that it is always
 * the same column.
 */
function addColumns(
  database: DatabaseSync,
  table: string,
  columns: readonly Column[],
): string[] {
  const there = new Map(
    columnsIn(database, table).map((name) => [folded(name), name]),
  );
  return columns.map(({ name }) => {
    const plain = name.replaceAll("\0", "\\u0000");
    const other = there.get(folded(plain));
    const called = other === undefined || other === plain
      ? plain
      : `${plain}_${
        createHash("sha256").update(plain).digest("hex").slice(0, DIGITS)
      }`;
    if (!there.has(folded(called))) {
      database.exec(
        `ALTER TABLE ${quoted(table)} ADD COLUMN ${quoted(called)}`,
      );
      there.set(folded(called), called);
    }
    return called;
  });
}

const DIGITS = 8;

/** As SQLite compares names. */
function folded(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A name as SQL has it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const INTEGER_BITS = 64;

/** Integers as such, those of more than 64 bits as text. */
function toStored(cell: Cell | undefined): string | number | bigint | null {
  switch (typeof cell) {
    case "boolean":
      return BigInt(cell);
    case "number":
      return Number.isSafeInteger(cell) ? BigInt(cell) : cell;
    case "bigint":
      return BigInt.asIntN(INTEGER_BITS, cell) === cell ? cell : String(cell);
    default:
      return cell ?? null;
  }
}

/** The names of the columns of a table; none where there is no table. */
export function columnsIn(database: DatabaseSync, table: string): string[] {
  return database.prepare("SELECT name FROM pragma_table_info(?)").all(table)
    .map(({ name }) => String(name));
}
