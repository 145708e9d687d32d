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

/** Removes a file, or a folder with all that is in it, if there is one. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
