/**
 * The log file of a supervisor that runs in the background: `supervisor.log` in
 * its state folder.
 *
 * The file gets that name only once it is certain that no other supervisor
 * writes to it.
 *
 * @module
 */

import { join } from "node:path";
import { removeIfThere } from "../../runtime/files/optional_file.ts";
import { PRIVATE_FILE } from "../../runtime/files/own_folder.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { makeOwnState } from "../../supervisor/config/config.ts";

/** A log that is not yet known to be kept; disposing removes it unless it is. */
export interface OwnLog extends AsyncDisposable {
  /** Where it is while nobody keeps it. */
  path: string;
  /** Makes it the supervisor's log. */
  keep(): Promise<void>;
  /** Its last lines. */
  lastWords(): Promise<string[]>;
}

/** How many lines are last words. */
const LAST_LINES = 10;

/** So much is sure to need a new block of the disk. */
const BLOCK = " ".repeat(4_096);

/**
 * Makes an empty log.
 *
 * @throws {Failure} If it cannot be written: a supervisor could not say what
 * goes wrong with it.
 */
export async function openOwnLog(stateDir: string): Promise<OwnLog> {
  const kept = join(stateDir, "supervisor.log");
  let path = `${kept}.${Deno.pid}`;
  try {
    await makeOwnState(stateDir);
    await Deno.writeTextFile(path, BLOCK, { mode: PRIVATE_FILE });
    await Deno.truncate(path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    await removeIfThere(path).catch(() => {}); // its folder may be no folder
    throw new Failure(
      `Cannot start a supervisor in the background: its log "${
        shortPath(kept)
      }" cannot be written: ${systemReason(error)}`,
      1,
      { cause: error },
    );
  }
  return {
    path,
    async keep() {
      if (path === kept) return;
      await Deno.rename(path, kept);
      path = kept;
    },
    async lastWords() {
      const words = (await Deno.readTextFile(path)).trimEnd();
      return words === "" ? [] : words.split("\n").slice(-LAST_LINES);
    },
    async [Symbol.asyncDispose]() {
      if (path !== kept) await removeIfThere(path);
    },
  };
}
