/**
 * How much memory one process holds, as the kernel counts it.
 *
 * @module
 */

import { readProcessFile } from "./process_files.ts";

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
  const status = await readProcessFile(pid, "status");
  if (status === undefined) return undefined;
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)
    ?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}
