/**
 * The folder in which the state of a run is kept. It is ours or empty, and one
 * run at a time uses it.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import {
  removeFolderIfEmpty,
  removeIfThere,
  statIfThere,
} from "../runtime/files/optional_file.ts";
import { SOCKET_LINK } from "../runtime/control/socket_folder.ts";
import { judgeFolder, trustedBelow } from "../runtime/files/own_folder.ts";
import { takeLock } from "../runtime/files/owned_lock.ts";
import { TOKEN_FILE } from "../runtime/files/token_file.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import { shortPath } from "../runtime/program/paths.ts";
import { asPathError } from "../runtime/program/system_error.ts";
import { CHECKPOINT_FILES } from "../stages/aggregate/checkpoint_files.ts";
import { GENERATION_FILES } from "../stages/ingest/generation_store.ts";
import type { RunPlan } from "./plan.ts";
import { cannotKeep, MANIFEST, MANIFEST_PARTIAL } from "./run_manifest.ts";

/** A state folder that is ours to use. Disposing of it lets others use it. */
export interface StateFolder extends AsyncDisposable {
  /** Its path, without links. */
  readonly path: string;
  /** True if it was not there. */
  readonly made: boolean;
}

const LOCK = "lock";
/** Where the run is served to its owner, while it goes on. */
export const RUN_SOCKET = "run.sock";
/** What is there only while a run goes on, besides its lock. */
export const PASSING_FILES = [TOKEN_FILE, RUN_SOCKET, SOCKET_LINK];

/** What we put there, the one that says whose it is last. */
export const STATE_FILES = [
  ...CHECKPOINT_FILES,
  ...GENERATION_FILES,
  ...PASSING_FILES,
  MANIFEST_PARTIAL,
  MANIFEST,
];

/**
 * Takes a folder for a run; makes it if it is not there.
 *
 * @throws {UsageError} If it is somebody else's, or holds a file of the run's.
 * @throws {Failure} If another run uses it, or it cannot be made.
 */
export async function takeStateFolder(
  path: string,
  plan: RunPlan,
): Promise<StateFolder> {
  const made = await makeFolder(path);
  let kept = false;
  try {
    const real = await Deno.realPath(path);
    await checkOwner(real, path);
    checkOutside(real, path, plan);
    await checkOurs(real, path);
    const lock = await lockFolder(real, path);
    kept = true;
    return { path: real, made, [Symbol.asyncDispose]: lock };
  } catch (error) {
    throw cannotUse(path, error);
  } finally {
    if (made && !kept) await removeFolderIfEmpty(path);
  }
}

/** Removes what we have put into a folder; the folder too, if we made it. */
export async function clearStateFolder(
  path: string,
  made: boolean,
): Promise<void> {
  for (const name of STATE_FILES) await removeIfThere(join(path, name));
  // The lock goes last, so that nobody begins while we still remove.
  if (!made) return;
  await removeIfThere(join(path, LOCK));
  await removeFolderIfEmpty(path);
}

/** True if there was none. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    const existing = await statIfThere(path);
    if (existing && !existing.isDirectory) {
      throw new UsageError(`${refusal(path)}: it is not a folder`);
    }
    if (existing) return false;
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await Deno.mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw cannotUse(path, error);
  }
}

function refusal(path: string): string {
  return `Cannot keep the run in "${shortPath(path)}"`;
}

/** A path that cannot be used is a wrong command line, a full disk is not. */
function cannotUse(path: string, error: unknown): unknown {
  if (error instanceof UsageError || error instanceof Failure) return error;
  return asPathError(refusal(path), error) ?? cannotKeep(path, error);
}

/** A run goes on from what it finds there: nobody else may have put it there. */
async function checkOwner(real: string, path: string): Promise<void> {
  const owners = await trustedBelow(dirname(real));
  const found = await judgeFolder(real, { owners });
  if (found.status !== "foreign") return;
  throw new UsageError(
    `${refusal(path)}: ${found.reason}; give a folder of its own by --state`,
  );
}

/** Nothing of the run may lie where its state is written, and removed. */
function checkOutside(real: string, path: string, plan: RunPlan): void {
  const { inputs, output, rejects, rulesPath } = plan;
  const files = [
    ...inputs.map((input) => ["input", input] as const),
    ["output", output],
    ["rejects", rejects],
    ["rules", rulesPath],
  ] as const;
  for (const [role, file] of files) {
    if (file === undefined || !isBelow(file, real)) continue;
    throw new UsageError(
      `${refusal(path)}: its ${role}, "${
        shortPath(file)
      }", lies there; give a folder of its own by --state`,
    );
  }
}

function isBelow(file: string, folder: string): boolean {
  return resolve(file).startsWith(`${folder.replace(/\/$/, "")}/`);
}

/** @throws {UsageError} If what lies there is not that of a run. */
async function checkOurs(real: string, path: string): Promise<void> {
  const entries = await Array.fromAsync(Deno.readDir(real));
  const hasRun = entries.some(({ name }) => name === MANIFEST);
  const isRunsOwn = ({ name, isFile }: Deno.DirEntry) => {
    // What a run that was killed has left.
    if (hasRun && PASSING_FILES.includes(name)) return true;
    // Beside a run others may lie: they are neither read nor removed.
    if (![...STATE_FILES, LOCK].includes(name)) return hasRun;
    // Without it nothing says whose the rest is.
    return isFile && (hasRun || name === LOCK || name === MANIFEST_PARTIAL);
  };
  const foreign = entries.find((entry) => !isRunsOwn(entry));
  if (foreign) throw notOurs(path, foreign.name);
}

function notOurs(path: string, name: string): UsageError {
  return new UsageError(
    `Cannot keep the run in "${
      shortPath(path)
    }": it is not empty, and "${name}" is not of a run; give a folder of its own by --state`,
  );
}

/** @returns Gives the folder back. */
async function lockFolder(
  real: string,
  path: string,
): Promise<() => Promise<void>> {
  const taken = await takeLock(join(real, LOCK));
  switch (taken.status) {
    case "held":
      return () => Promise.resolve(taken.lock[Symbol.asyncDispose]());
    case "taken":
      throw new Failure(
        `Cannot keep the run in "${shortPath(path)}": another run${
          taken.pid === undefined ? "" : `, of process ${taken.pid},`
        } is using it`,
      );
    case "foreign":
      throw notOurs(path, LOCK);
  }
}
