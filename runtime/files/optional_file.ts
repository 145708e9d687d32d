/**
 * Files that may not be there, or not any more.
 *
 * @module
 */

/** Returns what a call gives; undefined where what it asks for is not there. */
export async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The same for a call that does not yield. */
export function ifThereNow<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Describes a file; undefined where there is none. */
export function statIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  return ifThere(Deno.stat(path));
}

/** Options for {@linkcode isThere}. */
export interface IsThereOptions {
  /**
   * The answer where nobody can tell, as in a folder that may not be looked
   * into.
   *
   * @default {none: it throws what the system says}
   */
  unknown?: boolean;
}

/** True when there is something at `path`. */
export async function isThere(
  path: string,
  { unknown }: IsThereOptions = {},
): Promise<boolean> {
  try {
    return await statIfThere(path) !== undefined;
  } catch (error) {
    if (unknown === undefined) throw error;
    return unknown;
  }
}

/** The same without yielding. */
export function isThereNow(
  path: string,
  { unknown }: IsThereOptions = {},
): boolean {
  try {
    return ifThereNow(() => Deno.statSync(path)) !== undefined;
  } catch (error) {
    if (unknown === undefined) throw error;
    return unknown;
  }
}

/**
 * Removes a file, if there is one.
 *
 * Leaves a folder as it is, an empty one too: what we make to remove again by
 * this is a file, so a folder of that name is somebody else's.
 */
export async function removeIfThere(path: string): Promise<void> {
  const found = await ifThere(Deno.lstat(path));
  if (found && !found.isDirectory) await ifThere(Deno.remove(path));
}

/** Removes a folder that we have made, unless something is in it. */
export async function removeFolderIfEmpty(path: string): Promise<void> {
  try {
    await ifThere(Deno.remove(path));
  } catch (error) {
    const isFull = error instanceof Error && "code" in error &&
      (error.code === "ENOTEMPTY" || error.code === "EEXIST");
    if (!isFull) throw error;
  }
}

/** Renames a file, if there is one. */
export async function renameIfThere(from: string, to: string): Promise<void> {
  await ifThere(Deno.rename(from, to));
}

/** Renames a file if there is one, without yielding. */
export function renameIfThereNow(from: string, to: string): void {
  ifThereNow(() => Deno.renameSync(from, to));
}

/** Removes a file or an empty folder if there is one, without yielding. */
export function removeIfThereNow(path: string): void {
  ifThereNow(() => Deno.removeSync(path));
}
