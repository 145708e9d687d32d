/**
 * Ends a reading that may never end by itself.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";

/**
 * Waits, but no longer than until `signal` aborts.
 *
 * @throws {Fault} `cancelled` once it does.
 */
export function untilAborted<T>(
  wait: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () =>
      reject(new Fault("cancelled", "Cannot read on: the run was cancelled"));
    if (signal.aborted) stop();
    // Not Promise.race: each would stay with the signal for the whole run.
    signal.addEventListener("abort", stop, { once: true });
    wait.then(resolve, reject).finally(() =>
      signal.removeEventListener("abort", stop)
    );
  });
}
