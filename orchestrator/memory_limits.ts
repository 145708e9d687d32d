/**
 * Ends stages that use more memory than their `mem_limit`, with all that they
 * have started. The run then goes on as after any death.
 *
 * @module
 */

import { describeExcess } from "../runtime/process/memory_limit.ts";
import { residentBytesOf } from "../runtime/process/resource_usage.ts";
import { pause } from "../runtime/program/abort.ts";
import { log } from "../runtime/program/log.ts";
import type { StageProcesses } from "./stage_processes.ts";

/** Time between two measurements, in milliseconds. */
const MEASURE_MS = 1_000;

/** Kills stages that are over their limit, until `signal` aborts. */
export async function killOverLimit(
  stages: Pick<StageProcesses, "names" | "pid" | "memLimitBytes" | "kill">,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(MEASURE_MS, signal);
    if (signal.aborted) return;
    const limited = stages.names.flatMap((name) => {
      const limitBytes = stages.memLimitBytes(name);
      return limitBytes === undefined
        ? []
        : [{ name, limitBytes, pid: stages.pid(name) }];
    });
    if (limited.length === 0) continue;
    let used: Map<number, number>;
    try {
      used = await residentBytesOf(limited.map(({ pid }) => pid));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      log(`mem_limit does not hold: ${error.message}`);
      return;
    }
    for (const { name, limitBytes, pid } of limited) {
      const rssBytes = used.get(pid) ?? 0;
      if (signal.aborted) return;
      if (rssBytes <= limitBytes || stages.pid(name) !== pid) continue;
      stages.kill(name, describeExcess(rssBytes, limitBytes));
    }
  }
}
