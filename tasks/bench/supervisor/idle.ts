/**
 * What a supervisor uses while its services do nothing.
 *
 * @module
 */

import type { Guardian } from "../../../runtime/process/guardian.ts";
import { readStat } from "../../../runtime/process/process_group.ts";
import { pause } from "../../../runtime/program/abort.ts";
import { log } from "../../../runtime/program/log.ts";
import type { Figures } from "./figures.ts";
import { memoryOf, sleepers, superviseServices } from "./supervised.ts";

/** Watches it for a while. */
export async function measureIdle(
  guardian: Guardian,
  seconds: number,
): Promise<Figures["idle"]> {
  log(`Watching the supervisor of 50 idle services for ${seconds} s`);
  await using supervised = await superviseServices(guardian, sleepers(50));
  await supervised.said(/started, pid/, 50);
  await pause(2_000);
  const before = await readStat(supervised.pid);
  await pause(seconds * 1_000);
  const after = await readStat(supervised.pid);
  return {
    seconds,
    rssBytes: await memoryOf(supervised.pid, "VmRSS"),
    // A clock tick is 10 ms.
    cpuMs: ((after?.cpuTicks ?? NaN) - (before?.cpuTicks ?? NaN)) * 10,
  };
}
