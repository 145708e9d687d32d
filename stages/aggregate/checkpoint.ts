/**
 * The aggregate's state on disk: a log, so that a save costs what has changed
 * and not what is held. Whenever the machine stops, one whole save is there.
 *
 * Each save is appended and flushed. Where the log has become long, the whole
 * state is written under another name, flushed, and renamed, and the log goes on
 * in that; the one before it stays as `checkpoint.previous`. checkpoint_blocks.ts
 * says how a torn or damaged file is known for what it is; what was saved before
 * the damage is used, never what is behind it. checkpointer.ts says when; this
 * file knows nothing of streams.
 *
 * @module
 */

import { join } from "node:path";
import type { Kept } from "../../proto/pipeline/batches.ts";
import { flushFolder } from "../../runtime/files/durable_file.ts";
import {
  ifThereNow,
  renameIfThere,
} from "../../runtime/files/optional_file.ts";
import { PRIVATE_FILE } from "../../runtime/files/own_folder.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { isSystemError } from "../../runtime/program/system_error.ts";
import {
  beginSave,
  type BlockPlace,
  type CheckpointRecord,
  readRecords,
  type SaveWriter,
  type Scan,
  scanSaves,
} from "./checkpoint_blocks.ts";
import { CHECKPOINT_FILES } from "./checkpoint_files.ts";

export type { CheckpointRecord };

/** What is saved at one moment: a head, and the records that changed. */
export interface Checkpoint {
  /** Names the run. */
  run: string;
  /**
   * What the sink has for the same position. A promise where the sink is still
   * to say it: the save is finished then.
   */
  kept: Kept | Promise<Kept>;
  /** Anything that JSON can hold. Small, for it is written whole each time. */
  head: unknown;
  /** The groups that are new or have changed since the last save. */
  changed: Iterable<CheckpointRecord>;
  /** The ids of those that are no more. @default {none} */
  removed?: Iterable<number>;
}

/** What was saved last. */
export interface LoadedCheckpoint {
  run: string;
  kept: Kept;
  head: unknown;
  /**
   * Each group once, in no order. Reads them from the file as it goes, so that
   * a million of them need no room twice: to be read before the next save.
   */
  records: Iterable<CheckpointRecord>;
}

/** Where the checkpoints of one run are. */
export interface CheckpointStore {
  /**
   * Finds the newest whole save; undefined when there is none.
   *
   * @throws {Fault} `failed_precondition` if it is of another run.
   */
  load(run: string): Promise<LoadedCheckpoint | undefined>;
  /**
   * Saves; resolves when it is on the disk. One at a time.
   *
   * It reads either `changed` and `removed` or `all`, before it returns, so the
   * caller may go on counting at once. Until then it writes what is more than a
   * megabyte, and does not yield: on two cores 0.2 s where a million groups of 60
   * bytes are written anew, and 0.5 s with 400 bytes each. bench/checkpoints.ts
   * measures it.
   *
   * @param all Gives every group, at the same moment.
   * @throws {Fault} `failed_precondition` if it cannot be written, for example
   * on a full disk; what was saved before is then as it was, and the next save
   * is one of all groups. The same goes for whatever `kept` rejects with.
   */
  save(
    checkpoint: Checkpoint,
    all: () => Iterable<CheckpointRecord>,
  ): Promise<void>;
}

/**
 * A log may be so many times as long as after its first save, which had all
 * groups, and a floor besides; then it is written anew. So of all that is ever
 * written, at most half is written for that.
 */
const GROWTH = 2;
const FLOOR_BYTES = 1 << 20;

/** Options for {@linkcode openCheckpoints}. */
export interface CheckpointOptions {
  /** What a log may have besides twice the state, in bytes. @default {1 MiB} */
  floorBytes?: number;
}

/** The log that is gone on with. */
type Log = Pick<NonNullable<Scan["saved"]>, "first" | "last">;

/** The end of a save, as JSON. */
interface Ending {
  run: string;
  kept: Kept;
  head: unknown;
}

/** Keeps the checkpoints of a run in `folder`, which must exist. */
export function openCheckpoints(
  folder: string,
  { floorBytes = FLOOR_BYTES }: CheckpointOptions = {},
): CheckpointStore {
  const [newest, previous, partial] = CHECKPOINT_FILES.map((name) =>
    join(folder, name)
  ) as [string, string, string];
  let newestIsDamaged = false;
  /** Undefined where the next save must be a new file. */
  let current: Log | undefined;

  const replace = async (
    checkpoint: Checkpoint,
    all: Iterable<CheckpointRecord>,
  ): Promise<Log> => {
    try {
      const last = await writeWhole(partial, { ...checkpoint, changed: all });
      // A damaged one must not take the place of the last good one.
      if (!newestIsDamaged) await renameIfThere(newest, previous);
      await Deno.rename(partial, newest);
      newestIsDamaged = false;
      await flushFolder(folder);
      return { first: last, last };
    } catch (error) {
      // It takes up room that may be what is missing; it may not be there.
      await Deno.remove(partial).catch(() => {});
      throw error;
    }
  };

  const find = (run: string): LoadedCheckpoint | undefined => {
    current = undefined;
    newestIsDamaged = false;
    for (const path of [newest, previous]) {
      const scan = scanIfThere(path);
      if (!scan) continue;
      if (scan.why) log(describeDamage(path, scan));
      const { saved } = scan;
      if (!saved) {
        if (path === newest) newestIsDamaged = true;
        continue;
      }
      const ending: Ending = JSON.parse(saved.json);
      if (ending.run !== run) {
        throw new Fault(
          "failed_precondition",
          `Cannot go on from "${path}": it is of another run; give each run a --state of its own`,
        );
      }
      if (path === newest) current = saved;
      return { ...ending, records: recordsOf(path, saved) };
    }
    return undefined;
  };

  return {
    load: (run) => Promise.try(find, run),
    async save(checkpoint, all) {
      const before = current;
      current = undefined;
      try {
        const isShort = before !== undefined &&
          before.last.at <= GROWTH * before.first.at + floorBytes;
        current = isShort
          ? { ...before, last: await append(newest, before.last, checkpoint) }
          : await replace(checkpoint, all());
      } catch (error) {
        if (!isSystemError(error)) throw error;
        throw new Fault(
          "failed_precondition",
          `Cannot save the run in "${folder}": ${
            systemReason(error)
          }; what was saved before is still good`,
          { cause: error },
        );
      }
    },
  };
}

/** Writes a file of one save. */
async function writeWhole(
  path: string,
  checkpoint: Checkpoint,
): Promise<BlockPlace> {
  using file = create(path);
  const save = beginSave(undefined, (bytes) => writeAll(file, bytes));
  for (const record of checkpoint.changed) save.put(record);
  const last = await endSave(save, checkpoint);
  await file.sync();
  return last;
}

/** Appends a save to a log, or leaves the log as it was. */
async function append(
  path: string,
  from: BlockPlace,
  checkpoint: Checkpoint,
): Promise<BlockPlace> {
  using file = openAt(path, from.at);
  try {
    const save = beginSave(from, (bytes) => writeAll(file, bytes));
    for (const id of checkpoint.removed ?? []) save.remove(id);
    for (const record of checkpoint.changed) save.put(record);
    const last = await endSave(save, checkpoint);
    await file.syncData();
    return last;
  } catch (error) {
    // What there is of it takes up room; where it stays, it is known as torn.
    await file.truncate(from.at).catch(() => {});
    throw error;
  }
}

async function endSave(
  save: SaveWriter,
  { run, kept, head }: Checkpoint,
): Promise<BlockPlace> {
  // The head is of this moment, the rest of the end is not yet known.
  const written = JSON.stringify(head);
  const start = JSON.stringify({ run, kept: await kept });
  return save.end(`${start.slice(0, -1)},"head":${written}}`);
}

function create(path: string): Deno.FsFile {
  return Deno.openSync(path, {
    write: true,
    create: true,
    truncate: true,
    mode: PRIVATE_FILE,
  });
}

/** Opens a log to go on at a place; what is behind it was not whole. */
function openAt(path: string, at: number): Deno.FsFile {
  const file = Deno.openSync(path, { write: true });
  try {
    file.truncateSync(at);
    file.seekSync(at, Deno.SeekMode.Start);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Does not yield: what is written must be of one moment. */
function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

function scanIfThere(path: string): Scan | undefined {
  using file = ifThereNow(() => Deno.openSync(path));
  return file && scanSaves(file);
}

function recordsOf(
  path: string,
  saved: NonNullable<Scan["saved"]>,
): Iterable<CheckpointRecord> {
  return { [Symbol.iterator]: () => readRecords(path, saved) };
}

function describeDamage(path: string, { size, why, saved }: Scan): string {
  return saved
    ? `Cannot use "${path}" from byte ${saved.last.at} of ${size} on: it is ${why}; going on from what was saved before`
    : `Cannot use "${path}": it is ${why}; looking further back`;
}
