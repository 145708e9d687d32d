/**
 * Brings the streams of one opening together, so that a stage sees one stream.
 *
 * A stream that is the only one goes through as it is. Of several each waits
 * until all are there; the work is then done once, and its end is the end of
 * every one of them.
 *
 * @module
 */

import type { Position } from "../../proto/pipeline/batches.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { mergeLanes } from "./merge_lanes.ts";
import type { AnyBatch, Inlet, Received, StreamInlet } from "./receiver.ts";

/** What is done with a stream, or with several as if they were one. */
export type Work<Batch> = (
  inlet: Inlet<Batch>,
  signal: AbortSignal,
) => Promise<void>;

/** The streams that wait for others of their opening. */
export interface FanIn<Batch> {
  /**
   * Adds a stream, and waits for the end of the work.
   *
   * @param signal Aborts when the sender has gone; one is enough to end all.
   * @throws {Fault} What the work throws, for every stream; `invalid` for one
   * that does not fit the others.
   */
  join(
    inlet: StreamInlet<Batch>,
    signal: AbortSignal,
    work: Work<Batch>,
  ): Promise<void>;
}

/** Streams of one opening. */
interface Group<Batch> {
  inlets: (StreamInlet<Batch> | undefined)[];
  signals: AbortSignal[];
  over: PromiseWithResolvers<void>;
}

export function createFanIn<Batch extends AnyBatch>(): FanIn<Batch> {
  const groups = new Map<string, Group<Batch>>();
  const groupOf = (opening: string, count: number): Group<Batch> => {
    const known = groups.get(opening);
    if (known) return known;
    const group: Group<Batch> = {
      inlets: new Array(count).fill(undefined),
      signals: [],
      over: Promise.withResolvers(),
    };
    group.over.promise.catch(() => {}); // every stream of it hears of it
    groups.set(opening, group);
    return group;
  };

  return {
    async join(inlet, signal, work) {
      const { lane } = inlet.opening;
      if (!lane) return await work(inlet, signal);
      const { opening, index, count } = lane;
      const group = groupOf(opening, count);
      const { inlets, signals, over } = group;
      if (inlets.length !== count || index >= count || inlets[index]) {
        throw new Fault(
          "invalid",
          `Cannot take lane ${index} of ${count}: ${
            inlets[index] ? "it is there already" : "there is no such lane"
          }`,
        );
      }
      inlets[index] = inlet;
      signals.push(signal);
      const leave = () => {
        groups.delete(opening);
        over.reject(
          new Fault("cancelled", `Cannot go on: lane ${index} is gone`),
        );
      };
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) leave();
      const all = inlets.filter((each) => each !== undefined);
      if (all.length === count) {
        groups.delete(opening);
        // Once it runs, its own end counts: it may have to wait for a file.
        over.resolve(work(asOne(all), AbortSignal.any(signals)));
      }
      try {
        await over.promise;
      } finally {
        signal.removeEventListener("abort", leave);
      }
    },
  };
}

/** Several streams as one. */
function asOne<Batch extends AnyBatch>(
  inlets: readonly StreamInlet<Batch>[],
): Inlet<Batch> {
  const first = inlets[0]!;
  const { lane: _lane, ...opening } = first.opening;
  const cameBy = new Map<Received<Batch>, StreamInlet<Batch>>();
  let from: Position;
  const sourceOf = (inlet: StreamInlet<Batch>) => ({
    async next() {
      const received = await inlet.next();
      if (received) cameBy.set(received, inlet);
      return received;
    },
  });
  return {
    opening,
    begin: first.begin,
    resume(resume) {
      from = resume.position!;
      for (const inlet of inlets) inlet.resume(resume);
    },
    batches: (meter) => mergeLanes(inlets.map(sourceOf), from, meter),
    answer(received) {
      cameBy.get(received)?.answer(received);
      cameBy.delete(received);
    },
    // By one way, so that it comes in order.
    committed: first.committed,
    end(own, behind) {
      for (const inlet of inlets) inlet.end(own, behind);
    },
  };
}
