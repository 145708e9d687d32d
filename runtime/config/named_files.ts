/**
 * What is wrong with the files that a file names.
 *
 * @module
 */

/** Says what is wrong with a path that is not that of a file. */
export function whyNoFile(path: string): string {
  try {
    return Deno.statSync(path).isDirectory
      ? "is a folder"
      : "is no regular file";
  } catch {
    return "does not exist";
  }
}

/** True for a file, or a link to one. */
export function isFileOnDisk(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
