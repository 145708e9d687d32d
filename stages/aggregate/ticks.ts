/**
 * Decides when the results so far are told, while a run goes on.
 *
 * One telling at a time: until the last one has been dealt with there is no next
 * one, and what was due meanwhile is left out. How often depends on what one
 * costs: at most a twentieth of the time goes into them.
 *
 * @module
 */

import { isSamePosition, type Position } from "../../proto/pipeline/batches.ts";
import { after } from "../../runtime/program/abort.ts";
import type { Clock } from "./checkpointer.ts";

/** Tells results now and then. Disposing of it ends that. */
export interface Ticks extends Disposable {
  /** While results are told; nothing may be counted before it resolves. */
  readonly telling: Promise<void> | undefined;
  /** To be called when what was told has been dealt with. */
  written(): void;
  /** Tells no more. @returns When the last is told. @throws As `failed`. */
  stop(): Promise<void>;
  /** Never resolves. @throws What telling has failed of. */
  readonly failed: Promise<never>;
}

/** Options for {@linkcode startTicks}. */
export interface TicksOptions {
  /** The least time from one to the next, in milliseconds. @default {never} */
  everyMs: number | undefined;
  /** Everything before it is counted. Where it is as before, nothing is told. */
  position(): Position;
  /** Tells the results of this moment. */
  tell(): Promise<void>;
  /** A test passes its own. @default {the system's} */
  clock?: Clock;
}

/** A telling is not followed by the next before so many times its own time. */
const TIMES = 20;

/** Starts, from now on. */
export function startTicks(
  {
    everyMs,
    position,
    tell,
    clock = { nowMs: () => performance.now(), after },
  }: TicksOptions,
): Ticks {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {}); // whoever waits for it hears of it
  let told = position();
  let telling: Promise<void> | undefined;
  let startMs = 0;
  let isTold = false;
  let isWritten = false;
  let stopped = false;
  let hasFailed = false;
  let cancel = () => {};

  const arm = (waitMs: number) => {
    if (stopped || everyMs === undefined) return;
    cancel = clock.after(Math.max(0, waitMs), begin);
  };
  const begin = () => {
    const now = position();
    if (isSamePosition(now, told)) return arm(everyMs!);
    told = now;
    startMs = clock.nowMs();
    [isTold, isWritten] = [false, false];
    telling = tell().then(
      () => {
        isTold = true;
        goOn();
      },
      (reason) => {
        hasFailed = true;
        failure.reject(reason);
      },
    ).finally(() => {
      telling = undefined;
    });
  };
  const goOn = () => {
    if (!isTold || !isWritten) return;
    const costMs = clock.nowMs() - startMs;
    isTold = false;
    arm(Math.max(everyMs!, TIMES * costMs) - costMs);
  };
  const stop = async () => {
    stopped = true;
    cancel();
    await telling;
    if (hasFailed) await failure.promise;
  };
  arm(everyMs ?? 0);

  return {
    get telling() {
      return telling;
    },
    written() {
      isWritten = true;
      goOn();
    },
    stop,
    failed: failure.promise,
    [Symbol.dispose]() {
      stopped = true;
      cancel();
    },
  };
}
