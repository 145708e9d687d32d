/**
 * Lets one supervisor at a time run a config.
 *
 * The lock is the kernel's: it is gone with the process that holds it, however
 * that ends.
 *
 * @module
 */

import { join } from "node:path";
import { pause } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { taskFor } from "./place.ts";

/** How often and how long a reader waits for the holder to write its pid. */
const PID_TRIES = 20;
const PID_WAIT_MS = 10;
/** How often and how long the lock is tried where somebody has it. */
const LOCK_TRIES = 5;
const LOCK_WAIT_MS = 20;

/** A config, as far as it is a matter of who runs it. */
export interface Claimed {
  path: string;
  stateDir: string;
}

/**
 * Takes the lock of a config; disposing releases it.
 *
 * @param config Its state folder is made if it is not there, for this user only.
 * @throws {Fault} `already_exists` if another process holds it, naming its pid.
 */
export async function claimInstance(config: Claimed): Promise<Disposable> {
  const { stateDir } = config;
  await Deno.mkdir(stateDir, { recursive: true, mode: 0o700 });
  await Deno.chmod(stateDir, 0o700);
  const path = join(stateDir, "supervisor.pid");
  const file = await Deno.open(path, { create: true, read: true, write: true });
  if (!await lockSoon(file)) {
    file.close();
    throw await refusal(config);
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  return {
    [Symbol.dispose]() {
      file.close();
    },
  };
}

/**
 * Refuses where a supervisor runs, without claiming anything.
 *
 * @throws {Fault} As claimInstance().
 */
export async function requireUnclaimed(config: Claimed): Promise<void> {
  if (await isClaimed(config.stateDir)) throw await refusal(config);
}

/** True while a supervisor, this process or another, holds the lock. */
export async function isClaimed(stateDir: string): Promise<boolean> {
  try {
    using file = await Deno.open(join(stateDir, "supervisor.pid"), {
      read: true,
      write: true,
    });
    // Shared, so that two who look do not take each other for a supervisor.
    return !await file.tryLock(false);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Resolves once no process holds the lock of a state folder. */
export async function untilReleased(stateDir: string): Promise<void> {
  using file = await Deno.open(join(stateDir, "supervisor.pid"), {
    read: true,
    write: true,
  });
  await file.lock(true);
}

/** Takes the lock; somebody who only looks has it for less than a moment. */
async function lockSoon(file: Deno.FsFile): Promise<boolean> {
  for (let tries = 1; !await file.tryLock(true); tries++) {
    if (tries === LOCK_TRIES) return false;
    await pause(LOCK_WAIT_MS);
  }
  return true;
}

async function refusal({ path, stateDir }: Claimed): Promise<Fault> {
  const holder = await readHolder(join(stateDir, "supervisor.pid"));
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
