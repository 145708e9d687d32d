/**
 * Commands the supervisor of one config, from another process.
 *
 * Loads no server: `ps` needs none.
 *
 * @module
 */

import { resolve } from "node:path";
import { connectToRun } from "../../runtime/control/run_connection.ts";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { asPathError } from "../../runtime/program/system_error.ts";
import { requireOwnState, stateDirOf, taskFor } from "../config/config.ts";
import type { RunEntry } from "../state_folder/run_file.ts";
import { controlAddress } from "./address.ts";
import type { Commands } from "./commands.ts";
import { commandsOver } from "./remote_commands.ts";

export type {
  Commands,
  ConfigOutcome,
  Description,
  Listing,
  WaitOutcome,
  WatchItem,
  WatchUpdate,
} from "./commands.ts";
export type { ServiceChange } from "../config/changes.ts";
export type { ServiceDescription } from "../config/description.ts";
export { controlAddress } from "./address.ts";
export {
  isClaimed,
  requireUnclaimed,
  /** Resolves once the supervisor of a state folder has ended. */
  untilReleased as untilEnded,
} from "../state_folder/single_instance.ts";

/** Lists what a supervisor that has ended could not end. */
export async function listUnended(stateDir: string): Promise<RunEntry[]> {
  // Loaded then only: most commands would load a schema library for it.
  const runFile = await import("../state_folder/run_file.ts");
  return await runFile.listUnended(stateDir);
}

/**
 * Connects to the supervisor that runs a config.
 *
 * @param config The path of the config.
 * @param options `waitForReady`: waits for one that is about to start.
 * @returns Its commands. They load no server.
 * @throws {Failure} If somebody else could answer: the folder of its state, or
 * of its socket, is not this user's own.
 */
export async function connectControl(
  config: string,
  { waitForReady = false }: { waitForReady?: boolean } = {},
): Promise<Commands> {
  const stateDir = stateDirOf(config);
  await requireUsablePath(config);
  await requireOwnState(stateDir);
  const connection = connectToRun(
    await controlAddress(stateDir),
    stateDir,
    "the supervisor",
  );
  return commandsOver(connection, {
    waitForReady,
    asTold: (error) => asNotRunning(error, config),
    tooOld: (act) => tooOld(act, config),
  });
}

/** Says in plain words that there is no supervisor, or no such config. */
async function asNotRunning(error: unknown, config: string): Promise<unknown> {
  if (!(error instanceof Fault) || error.code !== "unavailable") return error;
  const wrong = await whyNoConfig(config);
  if (wrong !== undefined) return wrongConfig(config, wrong);
  return new Fault(
    "unavailable",
    `${noneRuns(config)}; start one with "${taskFor("supervise", config)}"`,
    { cause: error },
  );
}

/** Says that a supervisor lacks what is asked. */
function tooOld(act: string, config: string): string {
  return `Cannot ${act} of "${
    shortPath(resolve(config))
  }": it is of an older version, which does not tell; see "${
    taskFor("logs -f", config)
  }" and "${taskFor("events -f", config)}", or restart it with this version`;
}

/**
 * Checks that a path may be that of a config, which may have been removed.
 *
 * @throws {UsageError} If nobody can look there.
 */
export async function requireUsablePath(config: string): Promise<void> {
  try {
    await statIfThere(resolve(config));
  } catch (error) {
    const reason = asPathError(CANNOT_LOOK, error)?.message;
    if (reason !== undefined) throw wrongConfig(config, reason);
  }
}

function noneRuns(config: string): string {
  return `No supervisor runs "${shortPath(resolve(config))}"`;
}

function wrongConfig(config: string, reason: string): UsageError {
  return new UsageError(
    `${noneRuns(config)}, and ${reason}; --config=FILE names another`,
  );
}

const CANNOT_LOOK = "it cannot be looked at";

/** Says why a path cannot be that of a config; undefined where it may be. */
async function whyNoConfig(path: string): Promise<string | undefined> {
  try {
    const found = await statIfThere(resolve(path));
    if (!found) return "there is no such file";
    return found.isDirectory ? "it is a folder" : undefined;
  } catch (error) {
    // Of anything else `supervise` will tell what is wrong with it.
    return asPathError(CANNOT_LOOK, error)?.message;
  }
}
