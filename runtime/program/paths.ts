/**
 * Where files are: for the user, and for the project.
 *
 * @module
 */

import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** The project's folder. */
export const PROJECT = resolve(import.meta.dirname!, "../..");

/**
 * Below the folder of somebody's own project: the copy of what its scripts
 * import as `denizen`.
 */
export const LIBRARY_FOLDER = ".denizen/lib";

/**
 * Makes a path from the command line absolute.
 *
 * A relative one starts where the user is. `deno task` runs a task in the
 * project's folder and keeps the user's in INIT_CWD. `..` goes back from where a
 * link leads, as it does for the system, and not from where the link is.
 */
export function userPath(path: string): string {
  const start = resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd());
  if (!path.split(sep).includes("..")) return resolve(start, path);
  let reached = isAbsolute(path) ? sep : start;
  for (const part of path.split(sep)) {
    reached = part === ".."
      ? dirname(whereItLeads(reached))
      : join(reached, part);
  }
  return resolve(reached);
}

/** Without links; what cannot be followed is for whoever opens it to tell. */
function whereItLeads(folder: string): string {
  try {
    return Deno.realPathSync(folder);
  } catch (error) {
    if (error instanceof Error) return folder;
    throw error;
  }
}

/** A path as a person would write it: relative below the folder they are in. */
export function shortPath(path: string): string {
  if (path === "-") return "standard input";
  const fromHere = relative(userPath("."), path);
  return fromHere.startsWith("..") ? path : fromHere || ".";
}

/** Where Deno makes temporary files. */
export function temporaryFolder(): string {
  return (Deno.env.get("TMPDIR") || "/tmp").replace(/(.)\/+$/, "$1");
}

/** Where Deno keeps what it has fetched, as far as variables tell. */
export function denoCache(): string | undefined {
  const given = Deno.env.get("DENO_DIR");
  if (given) return given;
  const home = Deno.env.get("HOME");
  const caches = Deno.env.get("XDG_CACHE_HOME") ||
    (home &&
      join(home, Deno.build.os === "darwin" ? "Library/Caches" : ".cache"));
  return caches && join(caches, "deno");
}
