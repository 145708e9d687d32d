/**
 * Times many like calls: one after the other, and many at a time.
 *
 * @module
 */

import type { Latencies } from "../../stages/hop/latencies.ts";
import { latencies } from "./broker/figures.ts";

/** One call, to its answer. */
export type Call = () => Promise<unknown>;

/** How many calls are open at a time. */
export const IN_FLIGHT = 64;

/** Calls in sequence; a fifth as many go before it, and are not timed. */
export async function timeInSequence(
  call: Call,
  count: number,
): Promise<Latencies> {
  for (let warmUp = 0; warmUp < count / 5; warmUp++) await call();
  const times = latencies();
  for (let done = 0; done < count; done++) {
    const startedAtMs = performance.now();
    await call();
    times.record(performance.now() - startedAtMs);
  }
  return times;
}

/** Calls with {@linkcode IN_FLIGHT} open; returns how many end in a second. */
export async function ratePerSecond(
  call: Call,
  count: number,
): Promise<number> {
  let left = count;
  const startedAtMs = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) await call();
    }),
  );
  const elapsedMs = performance.now() - startedAtMs;
  return Math.round(count / elapsedMs * 1_000);
}
