/**
 * Finds the file that a user's path names.
 *
 * @module
 */

import { resolve } from "node:path";

/**
 * Makes a path from the command line absolute.
 *
 * A relative one starts where the user is. `deno task` runs a task in the
 * project's folder and keeps the user's in INIT_CWD.
 */
export function userPath(path: string): string {
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}
