/**
 * Waits for the stages that end together with one that has died, so that they
 * are started again together.
 *
 * A stage that is told to stop drains before it exits; one that is killed is
 * gone a moment before its end is heard of. Neither serves any more, which is
 * asked here.
 *
 * @module
 */

import { abortOnDispose, pause } from "../runtime/program/abort.ts";
import { askHealth } from "../runtime/rpc/ask_health.ts";
import type { Connection } from "../runtime/rpc/connect.ts";
import type { StageProcesses } from "./stage_processes.ts";
import type { WorkerName } from "./workers.ts";

/** As long as a server drains at most, in milliseconds. */
const ENDING_MS = 5_000;
/** How long an answer may take; a stage that is silent is not ending. */
const ANSWER_MS = 500;

/** The stages, as far as it is asked for here. */
interface Stages extends Pick<StageProcesses, "up" | "ended"> {
  connection(name: WorkerName): Pick<Connection, "unary">;
}

/** Waits until none is ending, `stop` aborts, or it takes too long. */
export async function awaitEnding(
  stages: Stages,
  stop: AbortSignal,
): Promise<void> {
  using over = abortOnDispose();
  const signal = AbortSignal.any([stop, over.signal]);
  const endings = async () => {
    while (!signal.aborted) {
      const ended = await Promise.all(
        stages.up().map((name) => hasEnded(stages, name, signal)),
      );
      // One that was asked early may have been told to stop by now.
      if (!ended.includes(true)) return;
    }
  };
  await Promise.race([endings(), pause(ENDING_MS, signal)]);
}

/** Waits for the end of a stage that does not serve any more. */
async function hasEnded(
  stages: Stages,
  name: WorkerName,
  signal: AbortSignal,
): Promise<boolean> {
  const ended = stages.ended(name);
  const { kind } = await askHealth(stages.connection(name), {
    deadlineMs: ANSWER_MS,
    signal,
  });
  if (kind !== "not_serving" && kind !== "absent") return false;
  await ended;
  return true;
}
