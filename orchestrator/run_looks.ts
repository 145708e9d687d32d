/**
 * Looks at the stages about once a second, while somebody watches the run.
 *
 * A stage that cannot be looked at is asked once, and then not before another
 * process is in its place. One that is busy is left out this time.
 *
 * @module
 */

import { pause } from "../runtime/program/abort.ts";
import type { RunView } from "./run_view.ts";
import type { StageProcesses } from "./stage_processes.ts";

/** From one look to the next, in milliseconds. */
const INTERVAL_MS = 1_000;
/** For an answer. */
const ANSWER_MS = 1_000;
/** For an answer at the end of the run, which waits for it. */
const LAST_MS = 250;

/** What is looked at, and who is told. */
export interface LookOptions {
  stages: Pick<StageProcesses, "processes" | "connection">;
  view: Pick<RunView, "look" | "isWatched" | "watched">;
  /** From one look to the next, in milliseconds. @default {1000} */
  intervalMs?: number;
}

/** Looks at the stages of a run, until disposed. */
export interface RunLooks extends Disposable {
  /** Looks once more, where somebody watches, and never again. */
  last(): Promise<void>;
}

/** Begins to look, once there is somebody who watches. */
export function startLooks(
  { stages, view, intervalMs = INTERVAL_MS }: LookOptions,
): RunLooks {
  const over = new AbortController();
  /** By process id: those that have no answer. */
  const silent = new Set<number>();
  const look = async (
    options: { deadlineMs: number; signal?: AbortSignal },
  ) => {
    const timeMs = Date.now();
    const asked = stages.processes().filter(({ pid, healthy, death }) =>
      healthy && !death && !silent.has(pid)
    );
    const { lookAtStage } = await import("./look_at_stage.ts");
    const looks = await Promise.all(asked.map(async ({ name, pid }) => {
      const answer = await lookAtStage(stages.connection(name), options);
      if (answer === "cannot_tell") silent.add(pid);
      return typeof answer === "string" ? [] : [{ ...answer, name }];
    }));
    if (options.signal?.aborted) return;
    view.look({ timeMs, stages: looks.flat() });
  };
  const lookOnAndOn = async ({ signal }: AbortController) => {
    while (!signal.aborted) {
      await view.watched(signal);
      if (signal.aborted) return;
      const next = pause(intervalMs, signal);
      await look({ deadlineMs: ANSWER_MS, signal });
      await next;
    }
  };
  const looking = lookOnAndOn(over);
  return {
    async last() {
      if (over.signal.aborted) return;
      over.abort();
      await looking;
      if (view.isWatched) await look({ deadlineMs: LAST_MS });
    },
    [Symbol.dispose]: () => over.abort(),
  };
}
