/**
 * Decides when aggregate's state is saved, and in which order: first the sink
 * makes the rejects up to a position safe, then the counts for that position
 * are written, and only then the stages before are told that they may forget.
 *
 * One save at a time; what is asked for meanwhile is done right after.
 *
 * @module
 */

import { isSamePosition, type Position } from "../../proto/pipeline/batches.ts";
import type { Committed__Output } from "../../proto/types/pipeline/v1/Committed.ts";
import { after } from "../../runtime/program/abort.ts";
import type { Snapshot } from "./aggregate.ts";
import type { Checkpoint } from "./checkpoint.ts";

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
  /** Time between two saves, in milliseconds. */
  intervalMs: number;
  snapshot(): Snapshot;
  /** Asks the sink to make the rejects before `position` safe. */
  sync(position: Position): Promise<void>;
  /** Writes a checkpoint. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** Told what is saved. */
  committed(position: Position): void;
}

/** Starts saving, until it is disposed of. */
export function startCheckpointer(
  { run, saved, intervalMs, snapshot, sync, save, committed }:
    CheckpointerOptions,
): Checkpointer {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {}); // whoever waits for it hears of it
  /** What waits for the sink. */
  let pending: Snapshot | undefined;
  let writing = Promise.resolve();
  let again = false;
  let stopped = false;

  const request = () => {
    if (stopped) return;
    if (pending) {
      again = true;
      return;
    }
    const next = snapshot();
    if (isSamePosition(next.position, saved)) return;
    pending = next;
    sync(next.position).catch(failure.reject);
  };
  const write = async (next: Snapshot, kept: Checkpoint["kept"]) => {
    await save({ run, snapshot: next, kept });
    saved = next.position;
    pending = undefined;
    if (!stopped) committed(next.position);
    if (!again) return;
    again = false;
    request();
  };
  let cancel: () => void;
  const arm = () =>
    cancel = after(intervalMs, () => {
      arm();
      request();
    });
  arm();
  const stop = () => {
    stopped = true;
    cancel();
  };

  return {
    request,
    stop,
    failed: failure.promise,
    kept({ position, kept }) {
      if (!pending || !position || !kept || stopped) return;
      if (!isSamePosition(position, pending.position)) return;
      const next = pending;
      writing = writing.then(() => write(next, kept));
      writing.catch(failure.reject);
    },
    async [Symbol.asyncDispose]() {
      stop();
      // A new stream must find either all of it or nothing.
      await writing.catch(() => {});
    },
  };
}
