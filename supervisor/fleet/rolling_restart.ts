/**
 * Replaces the replicas of a service one at a time, so that the others answer
 * meanwhile.
 *
 * A replica with a healthcheck counts as back once it is healthy. A server that
 * registers itself somewhere says SERVING only then, so nobody has to be asked
 * but the server.
 *
 * @module
 */

import { pause } from "../../runtime/program/abort.ts";
import { PROVEN_MS } from "../service/after_end.ts";
import type { ServiceLoop } from "../service/service_loop.ts";
import { isAlive, isAtRest, isUp, type State } from "../service/state.ts";

/** What replacing one needs of a loop; a test passes a fake. */
export type Replica = Pick<
  ServiceLoop,
  "spec" | "state" | "stop" | "start" | "until" | "addNote"
>;

/** The part of a restart that concerns one service. */
export interface Turn<Each> {
  /** Starts one, unless somebody wants something else by now. */
  begin(replica: Each): void;
  /** True while nobody has asked for something else. */
  holds(replica: Each): boolean;
}

/**
 * Replaces replicas one after the other; first those that are not up, since
 * nobody misses them.
 *
 * Leaves alone what somebody asks for something else meanwhile. Ends early when
 * one does not come up: the others go on as they are, and each is told of in an
 * event.
 *
 * @param replicas Of one service.
 * @param signal Ends it before the next one.
 */
export async function replaceOneByOne<Each extends Replica>(
  replicas: readonly Each[],
  turn: Turn<Each>,
  signal: AbortSignal,
): Promise<void> {
  const left = [...replicas].sort((a, b) =>
    Number(isUp(a.state)) - Number(isUp(b.state))
  );
  for (let next; (next = left.shift()) !== undefined;) {
    if (signal.aborted) return;
    const isBack = await replace(next, turn, signal);
    if (isBack || !turn.holds(next)) continue;
    const why = signal.aborted ? "was not up in time" : "did not come up";
    for (const other of left.filter(turn.holds)) {
      other.addNote(`is not restarted: ${next.spec.name} ${why}`);
    }
    return;
  }
}

/**
 * Stops and starts a replica; true once it does what it is there for. Leaves it
 * alone as soon as somebody wants something else.
 */
async function replace<Each extends Replica>(
  replica: Each,
  { begin, holds }: Turn<Each>,
  signal: AbortSignal,
): Promise<boolean> {
  if (!holds(replica)) return false;
  replica.stop();
  // Once it is asked to stop it is to run again, whoever loses patience.
  const rest = await replica.until((state) =>
    isAtRest(state) && state.status !== "pending"
  );
  if (!holds(replica)) return false;
  begin(replica);
  try {
    const state = await replica.until(
      (each) => each !== rest && (isUp(each) || isOver(each)),
      signal,
    );
    if (!isUp(state) || replica.spec.healthcheck) return isUp(state);
    await pause(PROVEN_MS, signal);
    return isAlive(state) && isAlive(replica.state) &&
      state.pid === replica.state.pid;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** True when it does not come up by itself any more. */
function isOver(state: State): boolean {
  return state.status === "failed" || state.status === "exited";
}
