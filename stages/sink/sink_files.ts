/**
 * The files of a run: where the sink writes, and what they are called until they
 * are whole.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { removeIfThere } from "../../runtime/files/optional_file.ts";
import type { Choice } from "./choose_records.ts";
import type { Format } from "./formats.ts";
import { readResults, type WrittenResults } from "./written_results.ts";

/** How the results are written. */
export interface Writing extends Choice {
  /** A format of a file, or a database in its place. */
  format: Format | "sqlite";
}

/** Where the sink writes, and how. */
export interface SinkPaths {
  /** The result file, or the database. */
  output: string;
  /** The rejects file. */
  rejects: string;
  /** Names the run; its unfinished files bear the name. */
  run: string;
  /** @default {all of them, as NDJSON} */
  writing?: Writing;
  /** The rejects file that is run again. @default {the input is none} */
  replay?: string | undefined;
  /**
   * Results so far go to a file beside the results, for whoever appends them to
   * something: see results_so_far.ts. @default {they replace the results}
   */
  appended?: boolean;
  /** The inputs of the run, in order. @default {only one} */
  inputs?: readonly string[];
}

/** The longest name of a file, in bytes. */
const LONGEST_NAME = 255;
/** So much of a run's name tells its files from those of others. */
const RUN_LETTERS = 13;

/**
 * The name a file has until it is whole: that of the run is part of it, so that
 * no other file, and no other run's, has this name.
 */
export function partialPath(
  path: string,
  run: string,
  kind: "" | "records." | "so-far." = "",
): string {
  const end = `.${run.slice(0, RUN_LETTERS)}.${kind}partial`;
  const bytes = new TextEncoder().encode(basename(path));
  const start = new TextDecoder().decode(
    bytes.subarray(0, LONGEST_NAME - end.length),
  );
  // A character that was cut in two is left out.
  return join(dirname(path), `${start.replace(/\ufffd$/, "")}${end}`);
}

/** Where the files of a run are that are not in their place, or have none. */
export function unfinishedFiles(paths: SinkPaths): string[] {
  const { output, rejects, records, soFar } = unfinished(paths);
  return [output, rejects, records, soFar].filter((path) => path !== undefined);
}

/** Where results so far are handed over, for whoever appends them. */
export function soFarPath({ output, run }: SinkPaths): string {
  return partialPath(output, run, "so-far.");
}

/** The same, by what they are. */
export function unfinished(paths: SinkPaths) {
  const { output, rejects, run, writing, appended } = paths;
  return {
    soFar: appended ? soFarPath(paths) : undefined,
    /** A database has its own way to be whole. */
    output: writing?.format === "sqlite" ? undefined : partialPath(output, run),
    rejects: partialPath(rejects, run),
    /** The results as NDJSON, where they are written as something else. */
    records: writing && writing.format !== "ndjson"
      ? partialPath(output, run, "records.")
      : undefined,
  };
}

/**
 * Reads back what a run has written, whatever its format; to be called before
 * {@linkcode removePartials}.
 *
 * @param most So many are read; those after them are only counted.
 */
export async function readWritten(
  paths: SinkPaths,
  most = Infinity,
): Promise<WrittenResults> {
  const { records = paths.output } = unfinished(paths);
  return await readResults(records, most);
}

/** Removes what a run has not put in place. */
export async function removePartials(paths: SinkPaths): Promise<void> {
  for (const path of unfinishedFiles(paths)) await removeIfThere(path);
}

/** Makes a file of this run; one that the run has left behind is begun anew. */
export async function makeAnew(path: string): Promise<Deno.FsFile> {
  await removeIfThere(path);
  return await Deno.open(path, { write: true, createNew: true });
}
