/**
 * Describes the machine that figures come from.
 *
 * @module
 */

import { availableParallelism, cpus, release, totalmem } from "node:os";

/** A machine, as far as it explains figures. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  os: string;
  deno: string;
  v8: string;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${Deno.build.os} ${release()} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
  };
}

/** Writes the description as one line. */
export function machineLine(
  { cpu, cores, memoryBytes, os, deno }: Machine,
): string {
  const gigabytes = (memoryBytes / 2 ** 30).toFixed(1);
  return `${cpu}, ${cores} cores, ${gigabytes} GiB, ${os}, Deno ${deno}`;
}
