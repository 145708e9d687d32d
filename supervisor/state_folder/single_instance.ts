/**
 * Lets one supervisor at a time run a config.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { isAt, lockSoon } from "../../runtime/files/lock.ts";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { PRIVATE_FILE } from "../../runtime/files/own_folder.ts";
import {
  openFilesOf,
  readProcessFile,
} from "../../runtime/process/process_files.ts";
import { pause } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { makeOwnState, requireOwnState } from "./own_state.ts";
import { taskFor } from "./place.ts";

/** How often and how long a reader waits for the holder to write its pid. */
const PID_TRIES = 20;
const PID_WAIT_MS = 10;

/** A config, as far as it is a matter of who runs it. */
export interface Claimed {
  path: string;
  stateDir: string;
}

/** The lock of a config. Disposing releases it. */
export interface Instance extends Disposable {
  /** True when the file that is locked is no longer where others look. */
  isLost(): Promise<boolean>;
  /**
   * Makes the file anew and locks it.
   *
   * @returns False while another process has the lock.
   * @throws {Deno.errors.NotFound} If the folder of the config is gone.
   */
  retake(): Promise<boolean>;
}

/**
 * Takes the lock of a config; disposing releases it.
 *
 * Also found is a supervisor whose state folder was removed while it runs: it
 * holds the removed file open.
 *
 * @param config Its state folder is made if it is not there, for this user only.
 * @throws {Fault} `already_exists` if another process holds it, naming its pid.
 * @throws {Failure} If the state folder is not this user's own.
 */
export async function claimInstance(config: Claimed): Promise<Instance> {
  const { stateDir } = config;
  const path = join(stateDir, "supervisor.pid");
  const taken = await take(stateDir, path);
  if (!taken) throw await refusal(config);
  let file = taken;
  const other = await holderOfRemoved(path);
  if (other !== undefined) {
    file.close();
    throw await refusal(config, other);
  }
  await writePid(file);
  return {
    isLost: async () => !await isAt(path, file),
    async retake() {
      // Where the config's own folder is gone, nobody wants it back.
      await Deno.stat(dirname(config.path));
      const again = await take(stateDir, path);
      if (!again) return false;
      file.close();
      file = again;
      await writePid(file);
      return true;
    },
    [Symbol.dispose]() {
      file.close();
    },
  };
}

/** Makes the file, and the folder around it, and locks it if nobody has. */
async function take(
  stateDir: string,
  path: string,
): Promise<Deno.FsFile | undefined> {
  await makeOwnState(stateDir);
  const file = await Deno.open(path, {
    create: true,
    read: true,
    write: true,
    mode: PRIVATE_FILE,
  });
  if (await lockSoon(file)) return file;
  file.close();
  return undefined;
}

async function writePid(file: Deno.FsFile): Promise<void> {
  await file.truncate();
  await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
}

/**
 * Returns the process that holds a file which was removed from `path`, the way
 * a supervisor does whose state folder was; undefined where nobody is known to.
 */
async function holderOfRemoved(path: string): Promise<number | undefined> {
  const folder = await Deno.realPath(dirname(path)).catch(() => dirname(path));
  const removed = `${join(folder, basename(path))} (deleted)`;
  const program = await readProcessFile("self", "comm");
  const entries = await Array.fromAsync(Deno.readDir("/proc")).catch(() => []);
  for (const { name: pid } of entries) {
    if (!/^\d+$/.test(pid) || Number(pid) === Deno.pid) continue;
    // Every supervisor is a program like this one; others need no look.
    if (await readProcessFile(Number(pid), "comm") !== program) continue;
    if ((await openFilesOf(Number(pid))).includes(removed)) return Number(pid);
  }
  return undefined;
}

/**
 * Refuses where a supervisor runs, without claiming anything.
 *
 * @throws {Fault} As claimInstance().
 */
export async function requireUnclaimed(config: Claimed): Promise<void> {
  if (await isClaimed(config.stateDir)) throw await refusal(config);
  const path = join(config.stateDir, "supervisor.pid");
  const other = await holderOfRemoved(path);
  if (other !== undefined) throw await refusal(config, other);
}

/**
 * True while a supervisor, this process or another, holds the lock.
 *
 * @throws {Failure} If the state folder is not this user's own.
 */
export async function isClaimed(stateDir: string): Promise<boolean> {
  await requireOwnState(stateDir);
  using file = await ifThere(Deno.open(join(stateDir, "supervisor.pid"), {
    read: true,
    write: true,
  }));
  // Shared, so that two who look do not take each other for a supervisor.
  return file !== undefined && !await file.tryLock(false);
}

/** Resolves once no process holds the lock of a state folder. */
export async function untilReleased(stateDir: string): Promise<void> {
  using file = await Deno.open(join(stateDir, "supervisor.pid"), {
    read: true,
    write: true,
  });
  await file.lock(true);
}

async function refusal(
  { path, stateDir }: Claimed,
  pid?: number,
): Promise<Fault> {
  const holder = pid ?? await readHolder(join(stateDir, "supervisor.pid"));
  const hint = (word: string) => `"${taskFor(word, path)}"`;
  return new Fault(
    "already_exists",
    `Cannot start a second supervisor of "${
      shortPath(path)
    }": process ${holder} runs it; ${hint("ps")} shows it, ${
      hint("wait")
    } waits until all is healthy, ${hint("stop")} ends it`,
  );
}

async function readHolder(path: string): Promise<string> {
  for (let tries = 0; tries < PID_TRIES; tries++) {
    const pid = (await Deno.readTextFile(path)).trim();
    if (pid) return pid;
    await pause(PID_WAIT_MS);
  }
  return "of unknown pid";
}
