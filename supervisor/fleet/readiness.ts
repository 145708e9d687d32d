/**
 * Waits for services without changing anything about them.
 *
 * @module
 */

import { abortOnDispose, pause } from "../../runtime/program/abort.ts";
import { PROVEN_MS } from "../service/after_end.ts";
import type { ServiceLoop } from "../service/service_loop.ts";
import { snapshotOf } from "../service/snapshot.ts";
import {
  hasCompleted,
  hasEnded,
  isCrashLoop,
  type State,
} from "../service/state.ts";

/** How often the states are looked at, in milliseconds. */
const LOOK_MS = 20;

/** What {@linkcode untilReady} needs of a service. */
export type Awaited = Pick<
  ServiceLoop,
  "spec" | "state" | "restarts" | "runs" | "until"
>;

/** How it was when the wait was over. */
export interface Readiness<Loop> {
  /** Those that are not ready; none: all is well. */
  late: Loop[];
  /** True if one of them has failed for good. */
  failed: boolean;
}

/**
 * Waits until services do what they are there for, or one of them has failed for
 * good.
 *
 * Without a healthcheck a service has to have run for a second: one that ends
 * at once was never up.
 *
 * @param isNamed True where they were named: then one that somebody has stopped
 * is waited for as well.
 */
export async function untilReady<Loop extends Awaited>(
  loops: readonly Loop[],
  isNamed: boolean,
  signal?: AbortSignal,
): Promise<Readiness<Loop>> {
  using over = abortOnDispose();
  let failed = false;
  // Heard of and not looked for: a crash loop is in that state for a moment.
  const failure = Promise.race(
    loops.map((loop) => loop.until(hasFailed, over.signal)),
  ).then(() => failed = true, () => {});
  // A restart passes through states that look like a rest: look twice.
  for (let wellBefore = false;;) {
    const late = loops.filter((loop) => !isReady(loop, isNamed));
    const isWell = late.length === 0 && wellBefore;
    if (isWell || failed || signal?.aborted) return { late, failed };
    wellBefore = late.length === 0;
    await Promise.race([pause(LOOK_MS, signal), failure]);
  }
}

/** True when a service will hardly be ready without somebody's help. */
function hasFailed(state: State): boolean {
  return state.status === "failed" ||
    (hasEnded(state) && !hasCompleted(state)) || isCrashLoop(state);
}

function isReady(loop: Awaited, isNamed: boolean): boolean {
  const { state, restarts } = loop;
  const isProven = () => (snapshotOf(loop).uptimeMs ?? 0) >= PROVEN_MS;
  switch (state.status) {
    case "healthy":
      // One that crashes again and again is healthy for moments.
      return restarts === 0 || isProven();
    case "running":
      return isProven();
    case "scheduled":
      return true;
    case "exited":
      return state.asked ? !isNamed : hasCompleted(state);
    default:
      return false;
  }
}
