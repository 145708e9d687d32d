/**
 * Where files are: for the user, and for the project.
 *
 * @module
 */

import { relative, resolve } from "node:path";

/** The project's folder. */
export const PROJECT = resolve(import.meta.dirname!, "../..");

/**
 * Makes a path from the command line absolute.
 *
 * A relative one starts where the user is. `deno task` runs a task in the
 * project's folder and keeps the user's in INIT_CWD.
 */
export function userPath(path: string): string {
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

/** A path as a person would write it: relative below the folder they are in. */
export function shortPath(path: string): string {
  if (path === "-") return "standard input";
  const fromHere = relative(userPath("."), path);
  return fromHere.startsWith("..") ? path : fromHere;
}

/** Where Deno makes temporary files. */
export function temporaryFolder(): string {
  return (Deno.env.get("TMPDIR") || "/tmp").replace(/(.)\/+$/, "$1");
}
