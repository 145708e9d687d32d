/**
 * When the work of a supervisor is over by itself, and how it went.
 *
 * @module
 */

import type { ServiceLoop } from "../service/service_loop.ts";
import { detailOf } from "../service/snapshot.ts";
import { hasEnded } from "../service/state.ts";

/** How it went when every service has ended by itself. */
export interface Outcome {
  /** Those that failed, with the reason. */
  failures: { name: string; reason: string }[];
}

/**
 * Returns how it went; undefined while a service may still do something.
 *
 * @param active Those that somebody has asked for.
 */
export function outcomeOf(
  active: readonly Pick<ServiceLoop, "spec" | "state">[],
): Outcome | undefined {
  const counted = active.filter(({ spec }) => !spec.looksOn);
  const over = counted.every(({ state }) =>
    state.status === "failed" || hasEnded(state)
  );
  if (!over || counted.length === 0) return undefined;
  // The next change of its source may bring a watched one back.
  if (counted.some(({ spec }) => spec.watch)) return undefined;
  return {
    failures: counted.flatMap(({ spec: { name }, state }) => {
      const good = state.status === "exited" && state.exit?.code === 0;
      return good ? [] : [{ name, reason: detailOf(state) }];
    }),
  };
}
