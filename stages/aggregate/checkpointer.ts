/**
 * Decides when aggregate's state is saved, and in which order: the counts are
 * taken as they are, the sink makes the rejects up to the same position safe,
 * both are written, and only then are the stages before told that they may
 * forget.
 *
 * One save at a time; what is asked for meanwhile is done right after. How often
 * depends on what a save costs.
 *
 * @module
 */

import {
  isSamePosition,
  type Kept,
  type Position,
} from "../../proto/pipeline/batches.ts";
import type { Committed__Output } from "../../proto/types/pipeline/v1/Committed.ts";
import { after } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { Checkpoint, CheckpointStore } from "./checkpoint.ts";

/**
 * The state of this moment. Its iterables are read before the call that asked
 * for it returns, or not at all.
 */
export interface Capture
  extends Pick<Checkpoint, "head" | "changed" | "removed"> {
  /** Everything before it is counted. */
  position: Position;
  /** Every group. */
  all: Parameters<CheckpointStore["save"]>[1];
}

/** Saves the state of one stream. Disposing of it waits for what it writes. */
export interface Checkpointer extends AsyncDisposable {
  /** Saves what is counted by now. Returns at once. */
  request(): void;
  /** Saves no more: the outcome is about to be told. */
  stop(): void;
  /** To be called when the sink says what it has made safe. */
  kept(committed: Committed__Output): void;
  /** Never resolves. @throws {Fault} When a save has failed. */
  readonly failed: Promise<never>;
}

/** Options for {@linkcode startCheckpointer}. */
export interface CheckpointerOptions {
  /** Names the run. */
  run: string;
  /** Where the stream begins: until there is more, there is nothing to save. */
  saved: Position;
  /** The least time between two saves, in milliseconds. */
  intervalMs: number;
  capture(): Capture;
  /** Asks the sink to make the rejects before `position` safe. */
  sync(position: Position): Promise<void>;
  /** Writes a checkpoint, and waits for its `kept`. */
  save: CheckpointStore["save"];
  /** Told what is saved. */
  committed(position: Position): void;
  /** A test passes its own. @default {the system's} */
  clock?: Clock;
}

/** Tells the time, and when it has come. */
export interface Clock {
  /** Now, in milliseconds of any clock. */
  nowMs(): number;
  /** Calls `act` after so many milliseconds. @returns Ends the wait. */
  after(ms: number, act: () => void): () => void;
}

/**
 * A save is not followed by the next before so many times as long as it has held
 * the stage. That is twice what a twentieth asks for: what a save leaves to the
 * garbage collector does not show in its time.
 */
const HELD_TIMES = 40;
/** And so many times as long as the disk took, while the stage went on. */
const WRITTEN_TIMES = 10;

/** A save that is not yet written. */
interface Pending {
  position: Position;
  kept: PromiseWithResolvers<Kept>;
  /** When the sink has answered. */
  keptMs?: number;
}

/** Starts saving, until it is disposed of. */
export function startCheckpointer(
  {
    run,
    saved,
    intervalMs,
    capture,
    sync,
    save,
    committed,
    clock = { nowMs: () => performance.now(), after },
  }: CheckpointerOptions,
): Checkpointer {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {}); // whoever waits for it hears of it
  const givenUp = new Fault("cancelled", "Cannot save: the saving was stopped");
  let pending: Pending | undefined;
  let writing = Promise.resolve();
  let again = false;
  let stopped = false;
  let pauseMs = intervalMs;
  let cancel = () => {};

  /** Saves of itself, so long after `sinceMs`. */
  const arm = (sinceMs: number) => {
    const waitMs = sinceMs + pauseMs - clock.nowMs();
    cancel = clock.after(Math.max(0, waitMs), () => {
      if (!begin()) arm(clock.nowMs());
    });
  };
  /** @returns False where there is nothing to save. */
  const begin = (): boolean => {
    const startMs = clock.nowMs();
    const { position, all, ...state } = capture();
    if (isSamePosition(position, saved)) return false;
    cancel();
    const kept = Promise.withResolvers<Kept>();
    kept.promise.catch(() => {}); // save() hears of it, if it still asks
    const next: Pending = pending = { position, kept };
    const written = save({ run, kept: kept.promise, ...state }, all);
    const heldMs = clock.nowMs() - startMs;
    sync(position).catch(failure.reject);
    writing = written.then(() => {
      // While the sink is asked, this stage goes on with its work.
      const writtenMs = clock.nowMs() - (next.keptMs ?? clock.nowMs());
      pauseMs = Math.max(
        intervalMs,
        HELD_TIMES * heldMs + WRITTEN_TIMES * writtenMs,
      );
      finish(position, startMs);
    });
    writing.catch((error) => {
      if (error !== givenUp) failure.reject(error);
    });
    return true;
  };
  const finish = (position: Position, startMs: number) => {
    saved = position;
    pending = undefined;
    if (stopped) return;
    committed(position);
    const isAsked = again;
    again = false;
    if (!isAsked || !begin()) arm(startMs);
  };
  const stop = () => {
    stopped = true;
    cancel();
    // What the sink has answered for is written; for the rest nobody waits.
    pending?.kept.reject(givenUp);
  };
  arm(clock.nowMs());

  return {
    request() {
      if (stopped) return;
      if (pending) again = true;
      else begin();
    },
    stop,
    failed: failure.promise,
    kept({ position, kept }) {
      if (!pending || !position || !kept || stopped) return;
      if (!isSamePosition(position, pending.position)) return;
      pending.keptMs ??= clock.nowMs();
      pending.kept.resolve(kept);
    },
    async [Symbol.asyncDispose]() {
      stop();
      // A new stream must find either all of it or nothing.
      await writing.catch(() => {});
    },
  };
}
