/**
 * What is wrong with the files that a file names.
 *
 * @module
 */

import { systemReason } from "../files/system_reason.ts";
import { isSystemError } from "../program/system_error.ts";

/** Said of a file that is not there. */
export const MISSING = "does not exist";

/** Says what is wrong with a path that is not that of a file. */
export function whyNoFile(path: string): string {
  try {
    return Deno.statSync(path).isDirectory
      ? "is a folder"
      : "is no regular file";
  } catch (error) {
    return isMissing(error)
      ? MISSING
      : `cannot be looked at: ${systemReason(error)}`;
  }
}

/** True for a file, or a link to one; false for one that cannot be reached, too. */
export function isFileOnDisk(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    // A closed folder or links in a circle are for whoever names the file to tell.
    if (isMissing(error) || isSystemError(error)) return false;
    throw error;
  }
}

/** True where there is no such file, and nothing else is wrong. */
function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
}
