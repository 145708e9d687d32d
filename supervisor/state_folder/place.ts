/**
 * Where the supervisor of a config keeps its files, and how to name that config
 * to the commands.
 *
 * @module
 */

import { basename, dirname, join, parse, resolve, sep } from "node:path";
import { nearestFile } from "../../runtime/files/nearest_file.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import {
  LIBRARY_FOLDER,
  PROJECT,
  shortPath,
  userPath,
} from "../../runtime/program/paths.ts";

/** The config that needs not be named. */
export const DEFAULT_CONFIG = "config.yaml";

/** The folder beside a config in which its state lies. */
export const STATE_FOLDER = ".denizen";

/** What the supervisor keeps in a state folder. */
export const SUPERVISOR_FILES =
  /^(dashboard|logs|observed|sockets|run|control\.sock|supervisor\.(log|pid)|supervisor-events\.ndjson|token|(run|ports|schedules|stopped)\.json)([.-].*)?$/;

/** What runs keep there besides. */
const RUN_FILES =
  /^((events|results|rejects)\.ndjson|last-run\.json)([.-].*)?$/;

/**
 * Returns where the supervisor of a config keeps its files: each config in a
 * folder has its own.
 *
 * @throws {UsageError} If the config is called as a file of that folder.
 */
export function stateDirOf(configPath: string): string {
  const path = resolve(configPath);
  const name = basename(path);
  const folder = join(dirname(path), STATE_FOLDER);
  if (name === DEFAULT_CONFIG) return folder;
  const isTaken = SUPERVISOR_FILES.test(name) || RUN_FILES.test(name) ||
    name === basename(LIBRARY_FOLDER);
  if (isTaken) {
    throw new UsageError(
      `Cannot use "${name}" as a config: "${
        shortPath(join(folder, name))
      }" is a file of the supervisor's own; give the config another name`,
    );
  }
  return join(folder, name);
}

/**
 * Returns the config of a user who names none: beside them, or in the nearest
 * folder above. Who is in a clone of Denizen gets none from outside it, and
 * nobody gets that of another user, who could leave one in /tmp.
 */
export function nearestConfig(): string {
  const from = userPath(".");
  const isInClone = from === PROJECT || from.startsWith(`${PROJECT}${sep}`);
  return nearestFile(DEFAULT_CONFIG, {
    from,
    upTo: isInClone ? PROJECT : parse(from).root,
    owner: "user",
  });
}

/** Writes a command as it is to be typed for a config: "deno task ps --config=dev.yaml". */
export function taskFor(words: string, configPath: string): string {
  const path = resolve(configPath);
  if (path === nearestConfig()) return commandFor(words);
  const name = shortPath(path);
  return `${commandFor(words)} --config=${
    /^[\w@%+:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`
  }`;
}
