/**
 * How much memory one process holds, as the kernel counts it.
 *
 * @module
 */

/** VmRSS is what is resident now, VmHWM the most there has ever been. */
export type MemoryField = "VmRSS" | "VmHWM";

/**
 * Reads `/proc/<pid>/status`.
 *
 * @param pid A process, or "self".
 * @returns Bytes; undefined without /proc, or when the process is gone.
 */
export async function readMemory(
  pid: number | "self",
  field: MemoryField,
): Promise<number | undefined> {
  let status: string;
  try {
    status = await Deno.readTextFile(`/proc/${pid}/status`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)
    ?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}
