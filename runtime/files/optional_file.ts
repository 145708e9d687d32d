/**
 * Files that may not be there, or not any more.
 *
 * @module
 */

/** Describes a file; undefined where there is none. */
export async function statIfThere(
  path: string,
): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** True when there is something at `path`. */
export async function isThere(path: string): Promise<boolean> {
  return await statIfThere(path) !== undefined;
}

/**
 * Removes a file, if there is one.
 *
 * Leaves a folder as it is, an empty one too: what we make to remove again by
 * this is a file, so a folder of that name is somebody else's.
 */
export async function removeIfThere(path: string): Promise<void> {
  try {
    if ((await Deno.lstat(path)).isDirectory) return;
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes a folder that we have made, unless something is in it. */
export async function removeFolderIfEmpty(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    const isFull = error instanceof Error && "code" in error &&
      (error.code === "ENOTEMPTY" || error.code === "EEXIST");
    if (!isFull) throw error;
  }
}

/** Renames a file, if there is one. */
export async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Renames a file if there is one, without yielding. */
export function renameIfThereNow(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes a file or an empty folder if there is one, without yielding. */
export function removeIfThereNow(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
