/**
 * The kernel's lock on a file, which is gone with the process that holds it,
 * however that ends.
 *
 * What the file says, and whether it stays, is up to those who lock it: a
 * supervisor's lies in its state folder for ever (single_instance.ts), others
 * lie beside a file while somebody writes that (owned_lock.ts).
 *
 * @module
 */

import { statIfThere } from "./optional_file.ts";

/** How often and how long a lock is tried where somebody has it. */
const TRIES = 5;
const WAIT_MS = 20;

/**
 * Locks a file for this process alone.
 *
 * Whoever only looks whether it is locked has the lock for less than a moment;
 * that moment is waited for.
 *
 * @returns False where another has it for longer.
 */
export async function lockSoon(file: Deno.FsFile): Promise<boolean> {
  for (let tries = 1; !await file.tryLock(true); tries++) {
    if (tries === TRIES) return false;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  return true;
}

/** True while the file at `path` is the one that is open. */
export async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  const { dev, ino } = await file.stat();
  const there = await statIfThere(path);
  return there?.dev === dev && there.ino === ino;
}
