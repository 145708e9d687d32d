/**
 * Finds a file that nobody has named.
 *
 * @module
 */

import { dirname, join, sep } from "node:path";
import { isThereNow } from "./optional_file.ts";

/** Where {@linkcode nearestFile} looks. */
export interface NearestFileOptions {
  /** The folder that it looks into first; an absolute path. */
  from: string;
  /**
   * The last one, an absolute path. A folder above that is not looked into: it
   * may be anybody's.
   */
  upTo: string;
  /**
   * Whose it may be in a folder above: anybody's, or only the user's own and
   * that of root. @default {"anybody"}
   */
  owner?: "anybody" | "user";
}

/**
 * Finds a file in a folder, or in the nearest one above it.
 *
 * @returns Its path; where it would be in the first folder, if there is none.
 */
export function nearestFile(
  name: string,
  { from, upTo, owner = "anybody" }: NearestFileOptions,
): string {
  for (
    let folder = from;
    folder === upTo || folder.startsWith(upTo.replace(/\/*$/, sep));
    folder = dirname(folder)
  ) {
    const path = join(folder, name);
    // What cannot be looked at is for whoever reads it to tell.
    if (isThereNow(path, { unknown: true })) {
      if (folder === from || owner === "anybody" || isOfUser(path)) return path;
    }
    if (folder === upTo) break;
  }
  return join(from, name);
}

/** True of what the user or root has made; on Windows nobody can tell. */
function isOfUser(path: string): boolean {
  try {
    const { uid } = Deno.statSync(path);
    return uid === null || uid === 0 || uid === Deno.uid();
  } catch {
    return true; // as above
  }
}
