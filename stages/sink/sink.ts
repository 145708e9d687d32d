/**
 * The sink stage: writes rejects as they come and the results at the end.
 *
 * Both files are written under a name of this run and renamed when they are
 * whole, the results last: where there is a result file, it is a complete one.
 * The unfinished rejects outlive the process, and a sink that is started again
 * goes on with them.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import type {
  Kept,
  Opening,
  Reject,
  Schema,
} from "../../proto/pipeline/batches.ts";
import type { Result__Output as Result } from "../../proto/types/pipeline/v1/Result.ts";
import type { Totals__Output as Totals } from "../../proto/types/pipeline/v1/Totals.ts";
import {
  removeIfThere,
  statIfThere,
} from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { placeOf } from "../events/places.ts";
import { type Choice, chooseRecords } from "./choose_records.ts";
import { type Format, formatRecords } from "./formats.ts";
import type { OriginalPlaces } from "./original_places.ts";
import {
  createRecorder,
  recordKind,
  rejectLine,
  type ResultRecord,
} from "./results.ts";
import { readResults, type WrittenResults } from "./written_results.ts";

export type { WrittenResults } from "./written_results.ts";

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
  /** The inputs of the run, in order. @default {only one} */
  inputs?: readonly string[];
}

/** What the results of a run are of. */
export interface RunEvents {
  schema: Schema;
  /** The tags that the rules may set. */
  tags: Opening["tags"];
}

/** The files of one run, being written. Disposing of it closes them. */
export interface Sink extends Disposable {
  /** Bytes written so far. */
  readonly bytes: number;
  /** Writes rejects after those before them. */
  writeRejects(rejects: readonly Reject[]): Promise<void>;
  /** Makes the rejects so far safe, and says what is kept then. */
  keep(): Promise<Kept>;
  /** Takes results after those before them; they are written at the end. */
  takeResults(results: readonly Result[]): void;
  /**
   * Puts both files in place, or the results and the totals into the database.
   *
   * @param signal Ends the waiting for a database that another program has
   * locked. @default {waits for ever}
   */
  commit(totals: Totals, signal?: AbortSignal): Promise<void>;
  /** Puts the rejects file in place and writes no results. */
  keepRejects(): Promise<void>;
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
  kind: "" | "records." = "",
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
  const { output, rejects, records } = unfinished(paths);
  return [output, rejects, records].filter((path) => path !== undefined);
}

function unfinished({ output, rejects, run, writing }: SinkPaths) {
  return {
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

const NEVER = new AbortController().signal;

/** Makes a file of this run; one that the run has left behind is begun anew. */
async function makeAnew(path: string): Promise<Deno.FsFile> {
  await removeIfThere(path);
  return await Deno.open(path, { write: true, createNew: true });
}

/**
 * Opens the files of a run.
 *
 * @param paths Where they are.
 * @param events What the results are of.
 * @param kept Goes on with the rejects that {@linkcode Sink.keep} has told of,
 * and forgets those after them. @default {starts with none}
 * @throws {Fault} `failed_precondition` if those rejects are not there.
 * @throws {Deno.errors.PermissionDenied} And what else opening a file can throw.
 */
export async function openSink(
  paths: SinkPaths,
  { schema, tags }: RunEvents,
  kept?: Kept,
): Promise<Sink> {
  const encoder = new TextEncoder();
  const { output: partialOutput, rejects: partial, records } = unfinished(
    paths,
  );
  const { format, ...choice }: Writing = paths.writing ?? { format: "ndjson" };
  const goesOn = kept !== undefined && await findKept(paths, kept);
  const rejectsFile = goesOn
    ? await Deno.open(partial, { write: true })
    : await makeAnew(partial);
  let length = goesOn ? kept.bytes : 0;
  if (goesOn) {
    await rejectsFile.truncate(length);
    await rejectsFile.seek(length, Deno.SeekMode.Start);
  }
  const file = await fileId(rejectsFile);
  let places: OriginalPlaces | undefined;
  const reject = async (rejects: readonly Reject[]): Promise<string[]> => {
    if (paths.replay === undefined) {
      return rejects.map((each) =>
        rejectLine(each, { ...placeOf(each, paths.inputs) })
      );
    }
    const { openOriginalPlaces } = await import("./original_places.ts");
    places ??= await openOriginalPlaces(paths.replay);
    return (await places.of(rejects))
      .map(({ reject, place }) => rejectLine(reject, place));
  };
  const recordOf = createRecorder(schema, tags);
  const all: ResultRecord[] = [];
  let bytes = 0;
  let open = true;
  let dirty = true;

  const write = async (to: Deno.FsFile, text: string) => {
    const encoded = encoder.encode(text);
    for (let at = 0; at < encoded.length;) {
      at += await to.write(encoded.subarray(at));
    }
    bytes += encoded.length;
    return encoded.length;
  };
  const keep = async () => {
    // Nothing new: nothing to wait for.
    if (dirty) await rejectsFile.syncData();
    dirty = false;
    return { bytes: length, file };
  };
  const keepRejects = async () => {
    await keep();
    rejectsFile.close();
    open = false;
    await Deno.rename(partial, paths.rejects);
  };
  return {
    get bytes() {
      return bytes;
    },
    async writeRejects(rejects) {
      if (rejects.length === 0) return;
      dirty = true;
      length += await write(rejectsFile, (await reject(rejects)).join(""));
    },
    keep,
    keepRejects,
    takeResults(results) {
      for (const result of results) all.push(recordOf(result));
    },
    async commit(totals, signal = NEVER) {
      const kind = recordKind(schema, tags);
      const chosen = chooseRecords(all, choice, kind);
      const writeFile = async (path: string, as: Format) => {
        using file = await makeAnew(path);
        for await (const part of formatRecords(as, chosen, kind)) {
          await write(file, part);
        }
        // Two waits for one disk.
        await Promise.all([file.syncData(), keep()]);
      };
      if (records !== undefined) await writeFile(records, "ndjson");
      if (format === "sqlite") {
        const { writeRun } = await import("./database.ts");
        const rows = { run: paths.run, figures: totals, records: chosen, kind };
        return await writeRun(paths.output, rows, {
          signal,
          beforeCommit: keepRejects,
        });
      }
      await writeFile(partialOutput!, format);
      await keepRejects();
      await Deno.rename(partialOutput!, paths.output);
    },
    [Symbol.dispose]() {
      places?.[Symbol.dispose]();
      if (open) rejectsFile.close();
      open = false;
    },
  };
}

/**
 * Sees to it that the rejects that are kept stand under their unfinished name.
 * A sink that died after it had put them in place has to take them back.
 *
 * @returns False where nothing was kept, and no file is needed.
 */
async function findKept(
  paths: SinkPaths,
  { bytes, file }: Kept,
): Promise<boolean> {
  const { rejects } = paths;
  const { rejects: partial } = unfinished(paths);
  const isKept = (info: Deno.FileInfo | undefined) =>
    info !== undefined && info.size >= bytes &&
    (file === "" || file === idOf(info));
  if (isKept(await statIfThere(partial))) return true;
  if (file !== "" && isKept(await statIfThere(rejects))) {
    await Deno.rename(rejects, partial);
    return true;
  }
  if (bytes === 0) return false;
  throw new Fault(
    "failed_precondition",
    `Cannot go on with "${partial}": it is not the file of this run, of ${bytes} bytes or more`,
  );
}

/** Tells a file from any other, whatever its name; "" where that cannot be. */
function idOf({ dev, ino }: Deno.FileInfo): string {
  return ino === null ? "" : `${dev}:${ino}`;
}

async function fileId(file: Deno.FsFile): Promise<string> {
  return idOf(await file.stat());
}

/**
 * Waits for something that the sink does.
 *
 * @throws {Fault} If it cannot be done, for example as the disk is full: the
 * user can do something about it.
 */
export async function written<T>(
  { output, rejects }: Pick<SinkPaths, "output" | "rejects">,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      "failed_precondition",
      `Cannot write "${output}" or "${rejects}": ${systemReason(error)}`,
      { cause: error },
    );
  }
}
