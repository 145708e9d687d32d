/**
 * The wait that leads to the start of a service: for its dependencies, or for a
 * time.
 *
 * @module
 */

import { pause } from "../../runtime/program/abort.ts";
import type { AttemptMessage } from "./decision.ts";

/** The wait of one service; each one ends the one before. */
export interface Attempt {
  awaitDependencies(): void;
  awaitTime(delayMs: number): void;
  /** Ends the wait. */
  end(): void;
}

/**
 * Makes the wait of one service; it waits for nothing yet.
 *
 * @param untilMayStart Resolves once the service may start; throws if it never
 * can. `report` hears what it waits for.
 * @param emit Hears how it gets on; `isLate` becomes true once the wait it
 * speaks of has ended.
 */
export function createAttempt(
  untilMayStart: (
    report: (waitingFor: string) => void,
    signal: AbortSignal,
  ) => Promise<void>,
  emit: (message: AttemptMessage, isLate: () => boolean) => void,
): Attempt {
  let latest = new AbortController();
  const begin = () => {
    latest.abort();
    latest = new AbortController();
    const { signal } = latest;
    const report = (message: AttemptMessage) =>
      emit(message, () => signal.aborted);
    return { signal, report };
  };
  return {
    awaitDependencies() {
      const { signal, report } = begin();
      untilMayStart(
        (waitingFor) => report({ type: "waits", for: waitingFor }),
        signal,
      ).then(
        () => report({ type: "may_start" }),
        (error) =>
          report({
            type: "may_never_start",
            reason: error instanceof Error ? error.message : String(error),
          }),
      );
    },
    awaitTime(delayMs) {
      const { signal, report } = begin();
      void pause(delayMs, signal).then(() => report({ type: "due" }));
    },
    end: () => latest.abort(),
  };
}
