/**
 * The `install` command: makes a project ready to run, as after a fresh clone.
 *
 * @module
 */

import { join } from "node:path";
import { nearestFile } from "../runtime/files/nearest_file.ts";
import { isThere, statIfThere } from "../runtime/files/optional_file.ts";
import { commandFor } from "../runtime/program/command_name.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import { readFlags, toggle } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { quantity } from "../runtime/program/numbers.ts";
import { DOORS } from "../runtime/program/library_names.ts";
import { shortPath, userPath } from "../runtime/program/paths.ts";
import { DEFAULT_CONFIG } from "../supervisor/config/config.ts";
import { loadConfig } from "../supervisor/config/load_config.ts";
import { fetchPackages } from "./library/fetch_packages.ts";
import {
  describeKept,
  keepLibrary,
  type Kept,
} from "./library/keep_library.ts";
import { printHelp } from "./terminal/help.ts";
import { whileShown } from "./terminal/status_line.ts";

/** The flags of the command. */
export const installFlags = {
  json: toggle("print JSON: {library?: {path, version, status}, scripts}"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and the project's folder (none: the nearest
 * from where the user is).
 * @throws {UsageError} If a flag, the folder or the config is wrong.
 * @throws {Failure} If something cannot be made or fetched.
 */
export async function install(argv: string[]): Promise<void> {
  const { flags, words } = readFlags(argv, installFlags, { maxWords: 1 });
  if (flags.help) {
    return printHelp(
      "install [flags] [FOLDER]",
      "Makes a project ready to run, as after a fresh clone: the library that its scripts import, and their packages.",
      installFlags,
    );
  }
  const folder = userPath(words[0] || ".");
  if (!(await statIfThere(folder))?.isDirectory) {
    throw new UsageError(
      `Cannot install in "${shortPath(folder)}": there is no such folder`,
    );
  }
  const kept = await keepLibrary(folder, { whole: true });
  if (kept?.status === "newer") throw new Failure(describeKept(kept));
  const config = await configOf(folder, kept);
  if (!kept && config === undefined) throw nothingIn(folder);
  const scripts = config === undefined ? [] : await scriptsOf(config);
  await whileShown(
    "Fetching packages",
    fetchPackages([...scripts, ...kept ? doorsOf(kept) : []]),
  );
  print(flags.json ? reportAsJson(kept, scripts) : report(kept, scripts));
}

/** The config of a project: the nearest one, up to its deno.json. */
async function configOf(
  folder: string,
  kept: Kept | undefined,
): Promise<string | undefined> {
  const path = nearestFile(DEFAULT_CONFIG, {
    from: folder,
    upTo: kept?.mapped.project ?? folder,
  });
  return await isThere(path) ? path : undefined;
}

/** The scripts of a config, each once. */
async function scriptsOf(path: string): Promise<string[]> {
  const { services } = await loadConfig(path);
  const scripts = [...services.values()].flat()
    .flatMap(({ runs }) => runs.kind === "script" ? [runs.script] : []);
  return [...new Set(scripts)].sort();
}

/** Fetched for the project itself: its lock file has to name their packages. */
function doorsOf({ mapped: { library, doors } }: Kept): string[] {
  return doors.map((door) => join(library, DOORS[door]!));
}

function nothingIn(folder: string): UsageError {
  return new UsageError(
    `Cannot install in "${
      shortPath(folder)
    }": there is no ${DEFAULT_CONFIG}, and no deno.json that maps "denizen" to ./.denizen/lib/mod.ts; \`${
      commandFor("init")
    }\` makes both`,
  );
}

function report(kept: Kept | undefined, scripts: readonly string[]): string {
  return [
    ...(kept ? [describeKept(kept)] : []),
    scripts.length === 0
      ? "There are no scripts to fetch packages for"
      : `Fetched what ${quantity(scripts.length, "script")} ${
        scripts.length === 1 ? "imports" : "import"
      }: ${scripts.map(shortPath).join(", ")}`,
  ].join("\n");
}

function reportAsJson(
  kept: Kept | undefined,
  scripts: readonly string[],
): string {
  return JSON.stringify({
    ...(kept
      ? {
        library: {
          path: kept.mapped.library,
          version: kept.version,
          status: kept.status,
        },
      }
      : {}),
    scripts,
  });
}
