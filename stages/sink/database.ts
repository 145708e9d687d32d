/**
 * Results in a database of SQLite: a table `results` with one row a key, and a
 * table `runs` with one row a run.
 *
 * All of a run is one transaction, and what is written twice is the same as what
 * is written once: a row is told by its key, and a run by its name. So a sink
 * that dies at any moment is begun anew, and nothing is lost or doubled.
 *
 * The file has the journal that it has: none is left where nobody chose WAL.
 * Tables of others in the same file are left alone.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { pause } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { type Cell, type Column, columnsOf, rowOf } from "./flat_records.ts";
import type { RecordKind } from "./formats.ts";

/** What a run writes. */
export interface RunRows {
  /** Names the run. */
  run: string;
  /** Its figures. */
  figures: object;
  records: readonly Record<string, unknown>[];
  kind: RecordKind;
}

/** Options for {@linkcode writeRun}. */
export interface WriteRunOptions {
  /** Ends the waiting for another program; nothing is written then. */
  signal: AbortSignal;
  /** Done when all is written, just before it counts. */
  beforeCommit: () => Promise<void>;
}

/** Ours in `results`: which result a row is, as JSON, and who wrote it. */
const KEY = "denizen_key";
const RUN = "denizen_run";
/** What each of our tables must have. */
const TABLES = {
  results: [KEY, RUN],
  runs: ["run", "committed_at"],
} as const;

/** How many rows are written before others have their turn. */
const ROWS = 2_000;
/** Time between two looks at a database that another program has locked. */
const LOOK_MS = 50;

/**
 * Writes a run. Waits as long as another program has the database locked, and
 * says so.
 *
 * @throws {Fault} `failed_precondition` if it cannot be written; nothing of the
 * run is in it then.
 * `cancelled` if the signal has aborted.
 */
export async function writeRun(
  path: string,
  { run, figures, records, kind }: RunRows,
  { signal, beforeCommit }: WriteRunOptions,
): Promise<void> {
  using database = openDatabase(path);
  const { patiently, tell } = createPatience(path, signal);
  const exec = (statement: string) => database.exec(statement);
  await patiently(() => exec("BEGIN IMMEDIATE"));
  // What is not committed when the database is closed has never been.
  await tell(async () => {
    makeTables(database);
    checkKind(database, path, kind);
    const columns = columnsOf(kind);
    await insert(database, "results", {
      names: [KEY, RUN],
      columns,
      records,
      cellsOf: (record) => [keyOf(record, kind), run],
    }, signal);
    const told = { ...figures, results: records.length };
    await insert(database, "runs", {
      names: TABLES.runs,
      columns: columnsOf({ keys: [], fields: told }),
      records: [told],
      cellsOf: () => [run, new Date().toISOString()],
    }, signal);
  });
  await beforeCommit();
  await patiently(() => exec("COMMIT"));
}

/**
 * Checks a database before a run; one that is not there will be made.
 *
 * @throws {Fault} `failed_precondition` if results cannot be put there. One that
 * is locked by another program is not looked at: {@linkcode writeRun} is.
 */
export function checkDatabase(path: string, kind: RecordKind): void {
  try {
    using database = openDatabase(path);
    database.exec("BEGIN IMMEDIATE");
    for (const table of Object.keys(TABLES)) checkTable(database, path, table);
    checkKind(database, path, kind);
    database.exec("ROLLBACK");
  } catch (error) {
    if (isLocked(error)) return;
    throw asFault(path, error);
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    // Its own waiting would keep the process from everything else.
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw asFault(path, error);
  }
}

function createPatience(path: string, signal: AbortSignal) {
  let isTold = false;
  const tell = async <T>(work: () => T): Promise<Awaited<T>> => {
    try {
      return await work();
    } catch (error) {
      throw signal.aborted ? givenUp() : asFault(path, error);
    }
  };
  const patiently = async (work: () => void): Promise<void> => {
    for (;;) {
      if (signal.aborted) throw givenUp();
      try {
        return work();
      } catch (error) {
        if (!isLocked(error)) throw asFault(path, error);
      }
      if (!isTold) {
        log(`"${path}" is locked by another program: the results wait for it`);
      }
      isTold = true;
      await pause(LOOK_MS, signal);
    }
  };
  return { patiently, tell };
}

function givenUp(): Fault {
  return new Fault("cancelled", "The results are not written: the run is over");
}

/** Deno gives no code for it, only SQLite's own words. */
function isLocked(error: unknown): boolean {
  return error instanceof Error &&
    /^database( table)? is locked/.test(error.message);
}

/** What can be done, by SQLite's own words; Deno gives no code. */
const REMEDIES = [
  { says: /is not a database$/, remedy: "give another file" },
  {
    says: / is malformed$/,
    remedy: "mend it, as by `sqlite3 FILE .recover`, or give another file",
  },
  { says: / is full$/, remedy: "make room there" },
  {
    says: /readonly database$/,
    remedy: "its rights must allow writing it; or give another file",
  },
];

function asFault(path: string, error: unknown): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const remedy = REMEDIES.find(({ says }) => says.test(error.message))?.remedy;
  return new Fault(
    "failed_precondition",
    `Cannot write the results to the database "${path}": ${error.message}${
      remedy ? `; ${remedy}` : ""
    }`,
    { cause: error },
  );
}

function makeTables(database: DatabaseSync): void {
  for (const [table, [key, ...others]] of Object.entries(TABLES)) {
    const columns = [
      `${quoted(key)} TEXT PRIMARY KEY NOT NULL`,
      ...others.map(quoted),
    ];
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${quoted(table)} (${columns.join(", ")})`,
    );
  }
}

/** @throws {Fault} For a table of that name that is not ours. */
function checkTable(database: DatabaseSync, path: string, table: string): void {
  const there = columnsIn(database, table);
  if (there.length === 0) return;
  const missing = TABLES[table as keyof typeof TABLES].find((name) =>
    !there.includes(name)
  );
  if (missing === undefined) return;
  throw new Fault(
    "failed_precondition",
    `Cannot write the results to the database "${path}": its table "${table}" is of another program, for it has no column "${missing}"; give another file`,
  );
}

/** @throws {Fault} If the results there are of other keys. */
function checkKind(
  database: DatabaseSync,
  path: string,
  { keys, marks = [] }: RecordKind,
): void {
  for (const table of Object.keys(TABLES)) checkTable(database, path, table);
  if (columnsIn(database, "results").length === 0) return;
  const row = database.prepare(`SELECT ${KEY} AS json FROM results LIMIT 1`)
    .get();
  if (!row) return;
  const there = Object.keys(JSON.parse(String(row["json"])))
    .filter((name) => !marks.includes(name));
  // The same fields in another order would be other rows.
  const own = Object.keys(JSON.parse(keyOf({}, { keys, fields: {} })));
  if (isDeepStrictEqual(there, own)) return;
  throw new Fault(
    "failed_precondition",
    `Cannot write the results to the database "${path}": it holds results by ${
      listed(there)
    }, and these are by ${listed(keys)}; give another file`,
  );
}

function listed(keys: readonly string[]): string {
  return keys.join(", ") || "nothing";
}

function columnsIn(database: DatabaseSync, table: string): string[] {
  return database.prepare("SELECT name FROM pragma_table_info(?)").all(table)
    .map(({ name }) => String(name));
}

/** Which result a row is: its key's fields, with what tells 200 from "200". */
function keyOf(
  record: Record<string, unknown>,
  { keys, marks = [] }: RecordKind,
): string {
  const isThere = (name: string) => Object.hasOwn(record, name);
  return JSON.stringify(Object.fromEntries([
    ...keys.map((name) => [name, isThere(name) ? record[name] : null]),
    ...marks.filter(isThere).map((name) => [name, record[name]]),
  ]));
}

/** What is put into a table. */
interface Rows {
  /** Our own columns, and what a record has there. */
  names: readonly string[];
  cellsOf(record: Record<string, unknown>): string[];
  columns: readonly Column[];
  records: readonly Record<string, unknown>[];
}

/** Puts rows into a table, in the place of those of the same key. */
async function insert(
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
      if (signal.aborted) throw givenUp();
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

function quoted(name: string): string {
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
