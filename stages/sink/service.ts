/**
 * Serves the sink stage.
 *
 * @module
 */

import { type Kept, START } from "../../proto/pipeline/batches.ts";
import { type HopMethod, SinkService } from "../../proto/pipeline/contract.ts";
import type { ResultBatch__Output } from "../../proto/types/pipeline/v1/ResultBatch.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  duplex,
  implement,
  type Implementation,
} from "../../runtime/rpc/handlers.ts";
import { createTurns } from "../hop/latest_stream.ts";
import { createMeter } from "../hop/meter.ts";
import type { Monitor } from "../hop/monitor.ts";
import { countDone, openInlet, receiving } from "../hop/receiver.ts";
import type { RunEvents, Sink } from "./sink.ts";

/** What a sink stage does. */
export interface SinkWork {
  /**
   * Opens what a run is written to.
   *
   * @param kept Goes on with the rejects that {@linkcode Sink.keep} has told of,
   * and forgets those after them. @default {starts with none}
   */
  open(events: RunEvents, kept?: Kept): Promise<Sink>;
  /**
   * Waits for something that it does.
   *
   * @throws {Fault} In place of what the user can do something about.
   * @default {as it is}
   */
  attempt?<T>(work: Promise<T>): Promise<T>;
}

/** Options for {@linkcode sinkService}. */
export interface SinkServiceOptions {
  /** The run that the stage belongs to. @default {any} */
  run?: string | undefined;
  /** Looks at each opening. @default {nobody does} */
  monitor?: Monitor;
  /** What it does. */
  sink: SinkWork;
}

/** Builds the handlers of pipeline.v1.SinkService. */
export function sinkService(
  { run, monitor, sink: { open, attempt = (work) => work } }:
    SinkServiceOptions,
): Implementation {
  const method = SinkService.Write as HopMethod<never, ResultBatch__Output>;
  const turns = createTurns();
  return implement({ Write: receiving(method) }, {
    Write: duplex(async (stream, call) => {
      const inlet = await openInlet<ResultBatch__Output>(
        stream,
        "sink",
        run,
      );
      using turn = await turns.take(call.signal);
      turn.signal.addEventListener(
        "abort",
        () => void stream.incoming.return?.(),
        { once: true },
      );
      const meter = createMeter("sink");
      monitor?.begin(meter);
      const { schema, tags, kept } = inlet.opening;
      if (!schema) {
        throw new Fault(
          "invalid",
          "Cannot write the results: the opening of the stream has no schema",
        );
      }
      using sink = await attempt(
        open({ schema, tags }, kept ?? undefined),
      );
      let soFar = Promise.resolve();
      // Whoever comes next writes the same files.
      await using _over = { [Symbol.asyncDispose]: () => soFar };
      inlet.resume({ position: inlet.begin ?? START, fields: [] });
      for await (const received of inlet.batches(meter)) {
        const { rejects, interim, outcome, sync, end } = received.batch;
        await meter.processingAsync(() =>
          attempt(writeAll(sink, received.batch, turn.signal))
        );
        meter.eventsIn += rejects.length + (outcome ? sink.results : 0);
        if (interim) {
          soFar = sink.writeSoFar(interim.closed, turn.signal).then(() => {
            if (!turn.signal.aborted && end) inlet.written(end);
          });
        }
        if (sync) {
          inlet.committed({
            position: end,
            kept: await attempt(sink.keep()),
          });
        }
        inlet.answer(received);
        countDone(meter, received);
      }
      if (turn.signal.aborted) {
        throw new Fault("cancelled", "Cannot go on: a newer stream has come");
      }
      meter.eventsOut = meter.eventsIn;
      meter.bytesOut = sink.bytes;
      inlet.end(meter.report());
    }),
  });
}

async function writeAll(
  sink: Sink,
  { rejects, results, outcome }: ResultBatch__Output,
  signal: AbortSignal,
): Promise<void> {
  await sink.writeRejects(rejects);
  sink.takeResults(results);
  if (outcome?.tooManyRejects) await sink.keepRejects();
  else if (outcome) await sink.commit(outcome.totals!, signal);
}
