/**
 * Serves the aggregate stage: applies batches to the run's state, hands rejects
 * to the sink as they come, and the results at the end.
 *
 * The only stage that remembers. It saves its state as it goes, and a chain
 * that is opened anew begins where the last checkpoint ends, whichever stage
 * had died: there is one way to go on, and it is the same after a crash of this
 * very stage.
 *
 * @module
 */

import {
  type EventBatch,
  isSamePosition,
  type Opening,
  type Reject,
} from "../../proto/pipeline/batches.ts";
import {
  AggregateService,
  SinkService,
} from "../../proto/pipeline/contract.ts";
import type { ResultBatch } from "../../proto/types/pipeline/v1/ResultBatch.ts";
import { abortOnDispose } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  duplex,
  implement,
  type Implementation,
} from "../../runtime/rpc/handlers.ts";
import { createFanIn } from "../hop/fan_in.ts";
import { createTurns } from "../hop/latest_stream.ts";
import { createMeter, type Meter } from "../hop/meter.ts";
import type { Monitor } from "../hop/monitor.ts";
import { type NextConnections, openingOfNext } from "../hop/opening.ts";
import {
  countDone,
  type Inlet,
  nextBatch,
  openInlet,
  receiving,
} from "../hop/receiver.ts";
import { openHop } from "../hop/sender.ts";
import { windowOf } from "../hop/window.ts";
import { type Aggregate, describeTooManyRejects } from "./aggregate.ts";
import type { CheckpointStore } from "./checkpoint.ts";
import { type Checkpointer, startCheckpointer } from "./checkpointer.ts";
import { createResultFeed, type ResultFeed } from "./result_feed.ts";
import type { Saved } from "./saved.ts";
import { createSinkFeed, type SinkFeed } from "./sink_feed.ts";
import { startTicks, type Ticks } from "./ticks.ts";

/**
 * What an aggregate stage does: starts counting events, or goes on from what was
 * saved.
 *
 * @throws {RangeError} If what was saved is of other events.
 */
export type AggregateWork = (
  opening: Pick<Opening, "schema" | "tags">,
  saved?: Saved,
) => Aggregate;

/** Options for {@linkcode aggregateService}. */
export interface AggregateServiceOptions {
  /** The run that the stage belongs to. @default {any} */
  run?: string | undefined;
  /** The sink stage, one process. */
  next: NextConnections;
  /** Looks at each opening. @default {nobody does} */
  monitor?: Monitor;
  /** What it does. */
  aggregate: AggregateWork;
  /** Rejects after which the run fails; undefined for any number. */
  maxRejects: number | undefined;
  /** The inputs of the run, in order. @default {only one} */
  inputs?: readonly string[];
  /** Where the state is saved. */
  checkpoints: CheckpointStore;
  /** The least time between two checkpoints, in milliseconds. */
  checkpointIntervalMs: number;
  /**
   * The least time from one telling of the results so far to the next, in
   * milliseconds. @default {they are told at the end only}
   */
  everyMs?: number | undefined;
}

/** How many results are told of while they can still change. */
const SHOWN = 50;

/** Builds the handlers of pipeline.v1.AggregateService. */
export function aggregateService(
  {
    run: own,
    next,
    aggregate: create,
    inputs = [],
    maxRejects = Infinity,
    checkpoints,
    checkpointIntervalMs,
    everyMs,
    monitor,
  }: AggregateServiceOptions,
): Implementation {
  const turns = createTurns();
  const fanIn = createFanIn<EventBatch>();
  const aggregateAll = async (
    inlet: Inlet<EventBatch>,
    signal: AbortSignal,
  ) => {
    using turn = await turns.take(signal);
    const { run } = inlet.opening;
    const saved = await checkpoints.load(run);
    const aggregate = restore(create, inlet.opening, saved);
    const from = aggregate.position;
    // Ends the stream to the right when this call ends in any way.
    using ended = abortOnDispose();
    const meter = createMeter("aggregate");
    let complete = false;
    monitor?.begin(meter, () => ({ ...aggregate.look?.(SHOWN), complete }));
    using _looked = {
      [Symbol.dispose]() {
        if (complete || !monitor) return;
        const { rejects, filtered } = aggregate.look?.(0) ?? {};
        monitor.forget(meter, {
          ...(rejects ? { rejects } : {}),
          ...(filtered === undefined ? {} : { filtered }),
        });
      },
    };
    await using checkpointer = startCheckpointer({
      run,
      saved: from,
      intervalMs: checkpointIntervalMs,
      capture: () => ({
        position: aggregate.position,
        ...aggregate.changes(),
        all: aggregate.all,
      }),
      sync: (position) => feed.tell(position, { sync: true }),
      save: checkpoints.save,
      committed: (position) => inlet.committed({ position }),
    });
    const hop = await openHop<ResultBatch>({
      connection: next(inlet.opening.next)[0]!,
      method: SinkService.Write,
      opening: {
        opening: {
          ...openingOfNext(inlet.opening),
          ...(saved ? { kept: saved.kept } : {}),
        },
        begin: from,
        end: from,
      },
      window: windowOf(inlet.opening),
      meter,
      signal: AbortSignal.any([turn.signal, ended.signal]),
      eventsOf: ({ rejects = [], results = [] }) =>
        rejects.length + results.length,
      onCommitted: checkpointer.kept,
      onWritten: () => ticks.written(),
    });
    const feed = createSinkFeed(hop.send, from);
    const results = createResultFeed({ aggregate, feed, meter });
    using ticks = startTicks({
      everyMs,
      position: () => aggregate.position,
      tell: results.tellInterim,
    });
    inlet.resume({ position: from, fields: [] });
    const applying = {
      aggregate,
      inputs,
      maxRejects,
      feed,
      results,
      checkpointer,
      ticks,
      meter,
    };
    const applyThenFinish = async () => {
      const tooMany = await applyAll(inlet, applying);
      const ending = await hop.finish();
      if (tooMany) throw tooMany;
      return ending;
    };
    const { reports } = await Promise.race([
      hop.guard(applyThenFinish()),
      checkpointer.failed,
      ticks.failed,
    ]);
    complete = true;
    inlet.end(meter.report(), { totals: aggregate.totals, reports });
  };
  return implement({ Aggregate: receiving(AggregateService.Aggregate) }, {
    Aggregate: duplex(async (stream, { signal }) => {
      const inlet = await openInlet<EventBatch>(
        stream,
        "aggregate",
        own,
      );
      await fanIn.join(inlet, signal, aggregateAll);
    }),
  });
}

/** What applying the batches of a stream takes. */
interface Applying {
  aggregate: Aggregate;
  inputs: readonly string[];
  maxRejects: number;
  feed: SinkFeed;
  results: ResultFeed;
  checkpointer: Checkpointer;
  ticks: Ticks;
  meter: Meter;
}

/**
 * Applies all batches and tells the sink the outcome.
 *
 * @returns What the run fails of once the sink has kept the rejects, where there
 * are too many of them.
 * @throws {Fault} `cancelled` if the stream was cut.
 */
async function applyAll(
  inlet: Inlet<EventBatch>,
  applying: Applying,
): Promise<Fault | undefined> {
  const { aggregate, inputs, maxRejects, feed, checkpointer, ticks, meter } =
    applying;
  const { totals } = aggregate;
  let whole = false;
  const batches = inlet.batches(meter);
  for (;;) {
    const received = batches.take?.() ?? await nextBatch(batches);
    if (!received) break;
    const { batch } = received;
    whole = isSamePosition(batch.begin, batch.end);
    meter.eventsIn += batch.rows;
    if (ticks.telling) await ticks.telling;
    const rejects = meter.processing(() => apply(aggregate, batch));
    meter.eventsDone(batch.end.event - batch.begin.event, batch);
    if (totals.rejected > maxRejects) {
      checkpointer.stop();
      await ticks.stop();
      await feed.tell(aggregate.position, {
        rejects,
        outcome: { totals, tooManyRejects: true },
      });
      return new Fault(
        "failed_precondition",
        describeTooManyRejects(
          totals.rejected,
          maxRejects,
          rejects.at(-1)!,
          inputs,
        ),
      );
    }
    if (rejects.length > 0) await feed.tell(aggregate.position, { rejects });
    if (batch.sync) checkpointer.request();
    inlet.answer(received);
    countDone(meter, received);
  }
  if (!whole) {
    throw new Fault(
      "cancelled",
      `The stream of batches ended at event ${aggregate.position.event}, before all was sent`,
    );
  }
  checkpointer.stop();
  await ticks.stop();
  meter.eventsOut += await applying.results.tell();
  await feed.tell(aggregate.position, { outcome: { totals } });
  return undefined;
}

/** Goes on from what was saved; that of other rules is the user's mistake. */
function restore(
  create: AggregateWork,
  opening: Opening,
  saved: Saved | undefined,
): Aggregate {
  try {
    return create(opening, saved);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Fault("failed_precondition", error.message, { cause: error });
  }
}

/** Applies a batch; one that does not fit is a defect of the stage before. */
function apply(aggregate: Aggregate, batch: EventBatch): readonly Reject[] {
  try {
    return aggregate.apply(batch);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Fault("internal", error.message, { cause: error });
  }
}
