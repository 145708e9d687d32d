/**
 * The sink stage: writes rejects as they come and the results at the end, or
 * those so far as often as it is asked to.
 *
 * Both files are written under a name of this run and renamed when they are
 * whole, the results last: where there is a result file, it is a complete one.
 * The unfinished rejects outlive the process, and a sink that is started again
 * goes on with them.
 *
 * @module
 */

import type {
  Kept,
  Opening,
  Reject,
  Schema,
} from "../../proto/pipeline/batches.ts";
import type { Result__Output as Result } from "../../proto/types/pipeline/v1/Result.ts";
import type { Totals__Output as Totals } from "../../proto/types/pipeline/v1/Totals.ts";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { placeOf } from "../events/places.ts";
import { chooseRecords } from "./choose_records.ts";
import { type Format, formatRecords } from "./formats.ts";
import type { OriginalPlaces } from "./original_places.ts";
import {
  createRecorder,
  recordKind,
  rejectLine,
  type ResultRecord,
} from "./results.ts";
import { createSoFarWriter } from "./results_so_far.ts";
import {
  makeAnew,
  type SinkPaths,
  unfinished,
  type Writing,
} from "./sink_files.ts";

export {
  partialPath,
  readWritten,
  removePartials,
  type SinkPaths,
  soFarPath,
  unfinishedFiles,
  type Writing,
} from "./sink_files.ts";
export type { SoFarHead } from "./results_so_far.ts";
export type { WrittenResults } from "./written_results.ts";

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
  /** How many results there are. */
  readonly results: number;
  /** Takes results after those before them; they are written at the end. */
  takeResults(results: readonly Result[]): void;
  /**
   * Writes the results so far, where nothing is in the way; what fails is logged.
   * Everything else may go on meanwhile, but not another call of this.
   *
   * @param closed So many of them are kept, and the others forgotten.
   * @returns When they are written, or left out.
   */
  writeSoFar(closed: number, signal: AbortSignal): Promise<void>;
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

const NEVER = new AbortController().signal;

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
  const kind = recordKind(schema, tags);
  let all: ResultRecord[] = [];
  let writing = Promise.resolve();
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
  const writeFile = async (
    path: string,
    parts: AsyncIterable<string>,
    isDurable = false,
  ) => {
    using file = await makeAnew(path);
    for await (const part of parts) await write(file, part);
    // Two waits for one disk.
    if (isDurable) await Promise.all([file.syncData(), keep()]);
  };
  const soFar = createSoFarWriter(paths, { kind, writeFile });
  return {
    get bytes() {
      return bytes;
    },
    get results() {
      return all.length;
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
    async writeSoFar(closed, signal) {
      const records = all;
      all = records.slice(0, closed);
      await (writing = soFar.write(records, closed, signal));
    },
    async commit(totals, signal = NEVER) {
      await writing;
      const chosen = chooseRecords(all, choice, kind);
      const writeWhole = (path: string, as: Format) =>
        writeFile(path, formatRecords(as, chosen, kind), true);
      if (records !== undefined) await writeWhole(records, "ndjson");
      if (format === "sqlite") {
        const { writeRun } = await import("./database.ts");
        const rows = { run: paths.run, figures: totals, records: chosen, kind };
        return await writeRun(paths.output, rows, {
          signal,
          beforeCommit: keepRejects,
        });
      }
      await writeWhole(partialOutput!, format);
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

/** The sink stage over files, or over a database. */
export function sinkOfFiles(paths: SinkPaths) {
  return {
    open: (events: RunEvents, kept?: Kept) => openSink(paths, events, kept),
    attempt: <T>(work: Promise<T>) => written(paths, work),
  };
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
