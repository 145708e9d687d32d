/**
 * What process groups use of the machine, from /proc.
 *
 * Measures only when asked; nothing is sampled in the background. memory_limits.ts
 * asks once a second while there are limits.
 *
 * @module
 */

import { pause } from "../program/abort.ts";
import { listProcesses } from "./process_group.ts";
import { readMemory } from "./process_memory.ts";

/** What one process group uses. */
export interface Usage {
  /** Percent of one processor since the measurement before. */
  cpuPercent: number;
  /** Resident memory in bytes; pages that members share count for each. */
  rssBytes: number;
}

/** Measures groups, from one question to the next. */
export interface UsageMeter {
  /**
   * Measures the given groups. Takes a moment when the last time is long ago.
   *
   * @returns Usage by group; empty on a system without /proc.
   */
  measure(groups: readonly number[]): Promise<Map<number, Usage>>;
}

/** Clock ticks a second, which Linux fixes for user space. */
const TICKS_PER_SECOND = 100;
/** The shortest time that gives a figure, in milliseconds. */
const SHORTEST_MS = 200;
/** The longest time that still says "now", in milliseconds. */
const LONGEST_MS = 10_000;

interface Sample {
  atMs: number;
  /** By process, since a group loses the time of members that end. */
  ticksOf: Map<number, number>;
}

/** Makes a meter with no measurement yet. */
export function createUsageMeter(): UsageMeter {
  let last: Sample | undefined;
  return {
    async measure(groups) {
      const age = last ? performance.now() - last.atMs : Infinity;
      if (age > LONGEST_MS) last = (await takeSample(new Set(groups)))?.sample;
      if (age > LONGEST_MS || age < SHORTEST_MS) {
        const waitMs = age > LONGEST_MS ? SHORTEST_MS : SHORTEST_MS - age;
        await pause(waitMs);
      }
      const before = last;
      const taken = await takeSample(new Set(groups));
      if (!taken || !before) return new Map();
      last = taken.sample;
      const seconds = (taken.sample.atMs - before.atMs) / 1_000;
      const usages = new Map<number, Usage>();
      for (const { pid, group, cpuTicks } of taken.members) {
        const usage = usages.get(group) ?? { cpuPercent: 0, rssBytes: 0 };
        const ticks = cpuTicks - (before.ticksOf.get(pid) ?? cpuTicks);
        usage.cpuPercent += ticks / TICKS_PER_SECOND / seconds * 100;
        usage.rssBytes += await residentBytes(pid);
        usages.set(group, usage);
      }
      return usages;
    },
  };
}

/**
 * Returns the resident memory of process groups; pages that members share count
 * for each.
 *
 * @throws {Error} On a system without /proc.
 */
export async function residentBytesOf(
  groups: readonly number[],
): Promise<Map<number, number>> {
  const taken = await takeSample(new Set(groups));
  if (!taken) throw new Error("memory cannot be measured without /proc");
  const bytes = new Map<number, number>();
  for (const { pid, group } of taken.members) {
    bytes.set(group, (bytes.get(group) ?? 0) + await residentBytes(pid));
  }
  return bytes;
}

async function takeSample(groups: ReadonlySet<number>) {
  const members = (await listProcesses())?.filter(({ group }) =>
    groups.has(group)
  );
  if (!members) return undefined;
  const ticksOf = new Map(members.map(({ pid, cpuTicks }) => [pid, cpuTicks]));
  const sample: Sample = { atMs: performance.now(), ticksOf };
  return { sample, members };
}

async function residentBytes(pid: number): Promise<number> {
  // Where it has ended since, it uses nothing.
  return await readMemory(pid, "VmRSS") ?? 0;
}
