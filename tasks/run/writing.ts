/**
 * How the results of a run are to be written, by its flags: as a file of some
 * format, or into a database.
 *
 * @module
 */

import { statIfThere } from "../../runtime/files/optional_file.ts";
import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { checkChoice } from "../../stages/sink/choose_records.ts";
import { formatOf, type RecordKind } from "../../stages/sink/formats.ts";
import type { Writing } from "../../stages/sink/sink.ts";
import type { RunFlags } from "./flags.ts";

/** What stands before the path of a database. */
const DATABASE = "sqlite:";

/** Where results go, as `--output` has it. */
export interface OutputName {
  /** What the flag names, without what it is; undefined where it is not given. */
  name: string | undefined;
  isDatabase: boolean;
}

/**
 * Reads `--output`.
 *
 * @throws {UsageError} For a database without a file.
 */
export function outputNameOf(
  { output }: Pick<RunFlags, "output">,
): OutputName {
  if (!output?.startsWith(DATABASE)) return { name: output, isDatabase: false };
  const name = output.slice(DATABASE.length);
  if (name.startsWith("//")) {
    throw new UsageError(
      `Cannot write --output=${output}: a path follows the colon, as in ${DATABASE}results.db`,
    );
  }
  if (name !== "" && name !== "-") return { name, isDatabase: true };
  throw new UsageError(
    `Cannot write --output=${output}: a database is a file; name one, as in ${DATABASE}results.db`,
  );
}

/**
 * Says how results are to be written.
 *
 * @param kind What the results of the run are.
 * @throws {UsageError} If the flags contradict each other, or ask for a field
 * that no result has.
 */
export function writingOf(
  { format, top, sort }: Pick<RunFlags, "format" | "top" | "sort">,
  { name = "", isDatabase }: OutputName,
  kind: RecordKind,
): Writing {
  checkChoice({ top, sort }, kind);
  if (isDatabase && format) {
    throw new UsageError(
      `Cannot use --format=${format} with --output=${DATABASE}${name}: a database has no format`,
    );
  }
  return {
    format: isDatabase ? "sqlite" : format ?? formatOf(name),
    top,
    sort,
  };
}

/** What a file is called that nobody has given a name. */
export function defaultName(
  file: "output" | "rejects",
  isReplay: boolean,
  { format }: Writing,
): string {
  // A replay never writes over what it adds to.
  if (file === "rejects") {
    return isReplay ? "replayed-rejects.ndjson" : "rejects.ndjson";
  }
  const stem = isReplay ? "replayed" : "results";
  return `${stem}.${format === "table" ? "txt" : format}`;
}

/** How a database of SQLite begins. */
const DATABASE_START = new TextEncoder().encode("SQLite format 3\0");

/**
 * Checks that no database is replaced by a file that is no database.
 *
 * @param path A file to be written; there may be none yet.
 * @throws {UsageError} For a database.
 */
export async function refuseDatabase(
  flag: "output" | "rejects",
  path: string,
): Promise<void> {
  if (!(await statIfThere(path))?.size) return;
  const start = new Uint8Array(DATABASE_START.length);
  const cannot = `Cannot write --${flag}="${shortPath(path)}"`;
  await withPathErrors(cannot, async () => {
    using file = await Deno.open(path);
    await file.read(start);
  });
  if (start.some((byte, at) => byte !== DATABASE_START[at])) return;
  const remedy = flag === "output"
    ? `add rows to it by --output=${DATABASE}FILE, or name another file`
    : "name another file";
  throw new UsageError(
    `${cannot}: it is a SQLite database, which would be replaced; ${remedy}`,
  );
}

/**
 * Checks the database that a run is to write to; there may be none yet.
 *
 * @param kind What the results of the run are.
 * @throws {UsageError} If it is none, has tables that are not ours, or results
 * by other keys.
 */
export async function checkOutputDatabase(
  path: string,
  kind: RecordKind,
): Promise<void> {
  if (!(await statIfThere(path))?.size) return;
  // SQLite reads one that it may not write, and says so when all is counted.
  await withPathErrors(
    `Cannot write the results to the database "${path}"`,
    async () => (await Deno.open(path, { write: true })).close(),
  );
  const { checkDatabase } = await import("../../stages/sink/database.ts");
  try {
    checkDatabase(path, kind);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
