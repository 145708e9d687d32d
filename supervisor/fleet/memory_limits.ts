/**
 * Ends services that use more memory than their `mem_limit`.
 *
 * Once a second it adds up what the members of a process group have resident.
 * What follows the end of a service is decided by its restart policy.
 *
 * @module
 */

import { describeExcess } from "../../runtime/process/memory_limit.ts";
import { residentBytesOf } from "../../runtime/process/resource_usage.ts";
import type { ServiceLoop } from "../service/service_loop.ts";
import { isAlive } from "../service/state.ts";

/** What a limit needs of a loop; a test passes a fake. */
export type Limited = Pick<ServiceLoop, "inUse" | "state" | "endOverLimit">;

/** Time between two measurements, in milliseconds. */
const MEASURE_MS = 1_000;

/**
 * Enforces limits until disposed.
 *
 * @param loops Returns all that there are at the time.
 * @param onError Told once if memory cannot be measured; no limit holds then.
 */
export function enforceMemoryLimits(
  loops: () => Iterable<Limited>,
  onError: (reason: string) => void,
): Disposable {
  let isMeasuring = false;
  const enforce = async () => {
    // A loaded machine may take longer than the time between two.
    if (isMeasuring) return;
    isMeasuring = true;
    try {
      await endThoseOverLimit(loops());
      isMeasuring = false;
    } catch (error) {
      clearInterval(timer);
      onError(error instanceof Error ? error.message : String(error));
    }
  };
  const timer = setInterval(() => void enforce(), MEASURE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function endThoseOverLimit(loops: Iterable<Limited>): Promise<void> {
  const limited = [...loops].flatMap((loop) => {
    const limitBytes = loop.inUse?.spec.memLimitBytes;
    return limitBytes !== undefined && isAlive(loop.state)
      ? [{ loop, limitBytes, pid: loop.state.pid }]
      : [];
  });
  if (limited.length === 0) return;
  const used = await residentBytesOf(limited.map(({ pid }) => pid));
  for (const { loop, limitBytes, pid } of limited) {
    const rssBytes = used.get(pid) ?? 0;
    if (rssBytes <= limitBytes) continue;
    loop.endOverLimit(
      { pid, rssBytes, limitBytes },
      describeExcess(rssBytes, limitBytes),
    );
  }
}
