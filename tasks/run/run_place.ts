/**
 * By what the commands find a run that goes on: a link to the folder of its
 * state, in the state folder of where the user stands.
 *
 * @module
 */

import { join } from "node:path";
import { runAddress } from "../../orchestrator/run_address.ts";
import {
  ifThere,
  isThere,
  removeFolderIfEmpty,
  removeIfThere,
} from "../../runtime/files/optional_file.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { shortPath, userPath } from "../../runtime/program/paths.ts";
import { nearestConfig, stateDirOf } from "../../supervisor/config/config.ts";

/** Holds a link for each run, named by the process that has started it. */
export const PIPELINES = "pipelines";

/**
 * Leaves a link to the folder of a run, until disposed. Where there can be none,
 * the run is found by `--state` alone.
 */
export async function markRun(
  folder: string,
  guardian: Pick<Guardian, "remove">,
): Promise<AsyncDisposable> {
  const stateDir = stateDirOf(nearestConfig());
  const pipelines = join(stateDir, PIPELINES);
  const link = join(pipelines, String(Deno.pid));
  const isNew = !await isThere(stateDir);
  const made = isNew ? [pipelines, stateDir] : [pipelines];
  try {
    await Deno.mkdir(pipelines, { recursive: true, mode: 0o700 });
    await removeIfThere(link);
    await Deno.symlink(folder, link);
    for (const path of [link, ...made]) guardian.remove(path);
  } catch (error) {
    // A folder that nobody may write to, or a full disk.
    if (!(error instanceof Error)) throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      await removeIfThere(link);
      for (const path of made) await removeFolderIfEmpty(path);
    },
  };
}

/**
 * Finds the folder of the run that goes on.
 *
 * @param state What `--state` says. @default {the one run of `stateDir`}
 * @param stateDir Where runs leave a link. @default {that of where the user stands}
 * @throws {Failure} If there is none.
 * @throws {UsageError} If there are several.
 */
export async function findRun(
  state: string | undefined,
  stateDir: string = stateDirOf(nearestConfig()),
): Promise<string> {
  if (state !== undefined) {
    const folder = userPath(state);
    if (await isServed(folder)) return folder;
    throw new Failure(
      `No pipeline keeps its state in "${shortPath(folder)}" now`,
    );
  }
  const pipelines = join(stateDir, PIPELINES);
  const entries = await ifThere(Array.fromAsync(Deno.readDir(pipelines))) ?? [];
  const found: { pid: string; folder: string }[] = [];
  for (const { name: pid, isSymlink } of entries) {
    const folder = isSymlink
      ? await ifThere(Deno.readLink(join(pipelines, pid)))
      : undefined;
    if (folder !== undefined && await isServed(folder)) {
      found.push({ pid, folder });
    }
  }
  const [only, another] = found;
  if (!only) {
    throw new Failure(
      "No pipeline that was started from here goes on; --state=FOLDER names one by the folder of its state",
    );
  }
  if (!another) return only.folder;
  const all = found.map(({ pid, folder }) =>
    `--state=${folder} (process ${pid})`
  );
  throw new UsageError(
    `Cannot tell which run is meant: ${found.length} go on here; give one of ${
      all.join(", ")
    }`,
  );
}

/** True where a run is served whose state is there. */
async function isServed(folder: string): Promise<boolean> {
  const path = (await runAddress(folder)).slice("unix:".length);
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.ConnectionRefused
    ) return false;
    throw error;
  }
}
