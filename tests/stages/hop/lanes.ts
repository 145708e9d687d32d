/**
 * Lanes for tests: batches of an input as they come over several streams.
 *
 * @module
 */

import type { Position } from "../../../proto/pipeline/batches.ts";
import type { LaneSource } from "../../../stages/hop/merge_lanes.ts";
import type { AnyBatch, Received } from "../../../stages/hop/receiver.ts";

/** The place in an input of equal lines. */
export function at(event: number): Position {
  return { event, offset: event * 2, line: event };
}

/** The batch from one event to another; an empty one is the end. */
export function batch(from: number, to = from): Received<AnyBatch> {
  return {
    batch: { begin: at(from), end: at(to) },
    bytes: 10,
  };
}

/** A lane to which the test gives batches. */
export interface FedLane extends LaneSource<AnyBatch> {
  give(...received: Received<AnyBatch>[]): void;
  close(): void;
  fail(reason: Error): void;
  /** How many were taken. */
  readonly taken: number;
}

export function fedLane(): FedLane {
  const queue: Received<AnyBatch>[] = [];
  let taken = 0;
  let ended = false;
  let failure: Error | undefined;
  let changed = Promise.withResolvers<void>();
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  return {
    get taken() {
      return taken;
    },
    give(...received) {
      queue.push(...received);
      change();
    },
    close() {
      ended = true;
      change();
    },
    fail(reason) {
      failure = reason;
      change();
    },
    async next() {
      for (;;) {
        if (failure) throw failure;
        const first = queue.shift();
        if (first) {
          taken++;
          return first;
        }
        if (ended) return undefined;
        await changed.promise;
      }
    },
  };
}
