/**
 * The CPU time of processes that have ended, from the kernel's own account.
 *
 * @module
 */

/** Clock ticks a second, which Linux fixes for user space. */
const TICKS_PER_SECOND = 100;
/** Where they stand behind the name of the program, which may hold anything. */
const CHILDREN_USER = 13;
const CHILDREN_SYSTEM = 14;

/**
 * Returns the CPU time of all children of this process that have ended so far, and
 * of theirs, in milliseconds; undefined on a system without /proc.
 */
export async function childrenCpuMs(): Promise<number | undefined> {
  try {
    return readChildrenCpuMs(await Deno.readTextFile("/proc/self/stat"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Reads it from what /proc says of a process. */
export function readChildrenCpuMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[CHILDREN_USER]) + Number(fields[CHILDREN_SYSTEM]);
  return ticks * 1_000 / TICKS_PER_SECOND;
}
