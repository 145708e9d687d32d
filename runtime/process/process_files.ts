/**
 * What /proc tells of one process, which may have ended by now, or be another
 * user's.
 *
 * @module
 */

/** A file of `/proc/<pid>`. */
export type ProcessFile = "cmdline" | "comm" | "environ" | "limits" | "status";

/**
 * Reads what /proc says of a process.
 *
 * @param pid A process, or "self".
 * @returns Undefined without /proc, and where it is gone or another user's.
 */
export function readProcessFile(
  pid: number | "self",
  file: ProcessFile,
): Promise<string | undefined> {
  return ifInReach(Deno.readTextFile(`/proc/${pid}/${file}`));
}

/** Lists what a process has open, as /proc names it; nothing if out of reach. */
export async function openFilesOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const entries = await ifInReach(Array.fromAsync(Deno.readDir(folder))) ?? [];
  const targets = await Promise.all(
    entries.map(({ name }) => ifInReach(Deno.readLink(`${folder}/${name}`))),
  );
  return targets.filter((target) => target !== undefined);
}

/** True of an error that says that a process has ended, or never was. */
export function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    (error instanceof Error && "code" in error && error.code === "ESRCH") ||
    (error instanceof Error && error.message.startsWith("No such process"));
}

async function ifInReach<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    const isOthers = error instanceof Deno.errors.PermissionDenied;
    if (isOthers || isGone(error)) return undefined;
    throw error;
  }
}
