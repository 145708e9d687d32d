/**
 * Tells whether a process works, by the processor time that it uses.
 *
 * One that answers no health check may be frozen, or at work on something
 * large; only the second deserves patience.
 *
 * @module
 */

import { groupMembers, readStat } from "../../runtime/process/process_group.ts";
import { pause } from "../../runtime/program/abort.ts";

/** Measures one process and all that it has started. */
export interface WorkGauge {
  /** Begins to measure; what is returned tells whether it has worked since. */
  begin(): () => Promise<boolean>;
}

/** How long the whole group is measured, in milliseconds. */
const SAMPLE_MS = 200;
/** Part of one processor that is work; less is a timer that goes on. */
const WORK_SHARE = 0.05;
/** How long a clock tick of /proc is, in milliseconds. */
const TICK_MS = 10;

/** Makes the gauge of a group; without /proc nothing ever works. */
export function createWorkGauge(group: number): WorkGauge {
  return {
    begin() {
      const sinceMs = performance.now();
      // The leader alone, since this is done for each check.
      const before = ticksOf(group);
      return async () => {
        const [from, to] = [await before, await ticksOf(group)];
        if (isWork(from, to, performance.now() - sinceMs)) return true;
        // What works may be a child of it.
        const [first, , second] = [
          await groupTicks(group),
          await pause(SAMPLE_MS),
          await groupTicks(group),
        ];
        return isWork(first, second, SAMPLE_MS);
      };
    },
  };
}

function isWork(
  from: number | undefined,
  to: number | undefined,
  ms: number,
): boolean {
  return from !== undefined && to !== undefined &&
    (to - from) * TICK_MS >= Math.max(TICK_MS, ms * WORK_SHARE);
}

async function ticksOf(pid: number): Promise<number | undefined> {
  return (await readStat(pid).catch(() => undefined))?.cpuTicks;
}

async function groupTicks(group: number): Promise<number | undefined> {
  const members = await groupMembers(group).catch(() => undefined);
  return members?.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
}
