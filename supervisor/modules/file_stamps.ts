/**
 * Notices that files have changed, by what the system knows of them.
 *
 * @module
 */

/** Files as they were once. */
export interface FileStamps {
  /** True while none of them has been written, replaced, removed or made. */
  areUnchanged(): boolean;
}

/** The time of a change is told in whole seconds. */
const CLOCK_MS = 1_000;

/**
 * Notes how files are.
 *
 * @param files Paths; those that are missing are noted as such.
 * @param sinceMs When somebody began to read them: a file that was written from
 * then on may have been read before, and counts as changed.
 */
export function createFileStamps(
  files: readonly string[],
  sinceMs: number,
): FileStamps {
  const before = files.map((file) => stampOf(file, sinceMs - CLOCK_MS));
  return {
    areUnchanged: () =>
      files.every((file, index) =>
        before[index] !== undefined && stampOf(file) === before[index]
      ),
  };
}

/** Returns what changes with a file; undefined if it is newer than allowed. */
function stampOf(file: string, beforeMs = Infinity): string | undefined {
  try {
    const { ino, size, mtime, ctime } = Deno.statSync(file);
    // Unlike mtime, the time of the last change is not for a program to set.
    const changedMs = ctime?.getTime() ?? 0;
    return changedMs > beforeMs
      ? undefined
      : `${ino} ${size} ${mtime?.getTime()} ${changedMs}`;
  } catch (error) {
    if (error instanceof Error) return error.name;
    throw error;
  }
}
