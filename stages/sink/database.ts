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

import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { pause } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { columnsIn, insert, quoted } from "./database_rows.ts";
import { columnsOf } from "./flat_records.ts";
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
    await insertResults(database, { run, records, kind }, signal);
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
 * Writes the results so far of a run that goes on, and waits for nobody.
 *
 * @returns False where another program has the database locked; nothing is
 * written then.
 * @throws {Fault} As {@linkcode writeRun}.
 */
export async function writeResultsSoFar(
  path: string,
  rows: Omit<RunRows, "figures">,
  signal: AbortSignal,
): Promise<boolean> {
  using database = openDatabase(path);
  try {
    database.exec("BEGIN IMMEDIATE");
    makeTables(database);
    checkKind(database, path, rows.kind);
    await insertResults(database, rows, signal);
    database.exec("COMMIT");
    return true;
  } catch (error) {
    if (isLocked(error)) return false;
    throw signal.aborted ? givenUp() : asFault(path, error);
  }
}

async function insertResults(
  database: DatabaseSync,
  { run, records, kind }: Omit<RunRows, "figures">,
  signal: AbortSignal,
): Promise<void> {
  await insert(database, "results", {
    names: [KEY, RUN],
    columns: columnsOf(kind),
    records,
    cellsOf: (record) => [keyOf(record, kind), run],
  }, signal);
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
