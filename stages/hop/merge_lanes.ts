/**
 * Puts the batches of several lanes into the one order they have in the input.
 *
 * Within a lane they are in order, so the next batch is always the first of its
 * lane, and one batch of each lane is all that is held; what comes early waits
 * in its stream, where the window bounds it. It cannot wait for ever: a lane is
 * only ever kept waiting by a batch that comes later than the one that is due.
 *
 * @module
 */

import { isSamePosition, type Position } from "../../proto/pipeline/batches.ts";
import type { Meter } from "./meter.ts";
import {
  type AnyBatch,
  countArrival,
  outOfOrder,
  type Received,
} from "./receiver.ts";

/** A stream of batches in ascending order. */
export interface LaneSource<Batch> {
  /** The next batch; undefined after the last. */
  next(): Promise<Received<Batch> | undefined>;
}

/** A lane, and the batch of it that is held. */
interface Lane<Batch> extends LaneSource<Batch> {
  head: Received<Batch> | undefined;
  ended: boolean;
}

/**
 * Yields all batches from `from` on, each where the one before it ended, and
 * once the empty one that says that this was all, when every lane has it. Ends
 * without that where a lane does, which is a cut.
 *
 * @throws {Fault} `invalid` if a batch is missing, and what a lane throws.
 */
export async function* mergeLanes<Batch extends AnyBatch>(
  sources: readonly LaneSource<Batch>[],
  from: Position,
  meter: Meter,
): AsyncGenerator<Received<Batch>> {
  const lanes = sources.map((source): Lane<Batch> => ({
    next: () => source.next(),
    head: undefined,
    ended: false,
  }));
  let changed = Promise.withResolvers<void>();
  let failure: { reason: unknown } | undefined;
  const pull = async (lane: Lane<Batch>) => {
    lane.head = undefined;
    try {
      lane.head = await lane.next();
      lane.ended = lane.head === undefined;
    } catch (reason) {
      failure ??= { reason };
    }
    changed.resolve();
  };
  const until = async (holds: () => boolean) => {
    while (!holds()) {
      if (failure) throw failure.reason;
      changed = Promise.withResolvers();
      await meter.waiting(changed.promise);
    }
  };
  const beginsAt = (position: Position, head: Received<Batch> | undefined) =>
    head?.batch.begin && isSamePosition(head.batch.begin, position);
  const isEnd = ({ head }: Lane<Batch>) =>
    head?.batch.end && beginsAt(head.batch.end, head);

  for (const lane of lanes) void pull(lane);
  for (let position = from;;) {
    const isDue = (lane: Lane<Batch>) =>
      !isEnd(lane) && beginsAt(position, lane.head);
    await until(() =>
      lanes.some((lane) => lane.ended || isDue(lane)) ||
      lanes.every(({ head }) => head)
    );
    const due = lanes.find(isDue);
    if (!due) {
      if (lanes.some(({ ended }) => ended)) return;
      const astray = lanes.find((lane) =>
        !isEnd(lane) || !beginsAt(position, lane.head)
      );
      if (astray) throw outOfOrder(astray.head!.batch.begin, position);
      break;
    }
    const received = due.head!;
    position = received.batch.end!;
    countArrival(meter, received);
    void pull(due);
    yield received;
  }
  for (const { head } of lanes) countArrival(meter, head!);
  yield lanes[0]!.head!;
  for (const lane of lanes) void pull(lane);
  await until(() => lanes.every(({ head, ended }) => head || ended));
  const late = lanes.find(({ head }) => head);
  if (late) throw outOfOrder(late.head!.batch.begin, undefined);
}
