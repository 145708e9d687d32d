/**
 * Serves the aggregate stage: applies batches to the run's state, hands rejects
 * to the sink as they come, and the results at the end.
 *
 * @module
 */

import type { Connection } from "../proto/connect.ts";
import { Fault } from "../proto/fault.ts";
import { duplex, implement, type Implementation } from "../proto/handlers.ts";
import {
  type EventBatch,
  isSamePosition,
  type Reject,
  START,
} from "../proto/pipeline/batches.ts";
import { AggregateService, SinkService } from "../proto/pipeline/contract.ts";
import type { Outcome } from "../proto/types/pipeline/v1/Outcome.ts";
import type { ResultBatch } from "../proto/types/pipeline/v1/ResultBatch.ts";
import {
  type Aggregate,
  createAggregate,
  describeTooManyRejects,
} from "./aggregate.ts";
import { openInlet, receiving } from "./hop_receiver.ts";
import { openHop, withWindow } from "./hop_sender.ts";
import { createMeter } from "./meter.ts";
import { abortOnDispose } from "./relay.ts";

/** Options for {@linkcode aggregateService}. */
export interface AggregateServiceOptions {
  /** The sink stage. */
  next: Connection;
  /** Rejects after which the run fails; undefined for any number. */
  maxRejects: number | undefined;
}

/** Builds the handlers of pipeline.v1.AggregateService. */
export function aggregateService(
  { next, maxRejects = Infinity }: AggregateServiceOptions,
): Implementation {
  return implement({ Aggregate: receiving(AggregateService.Aggregate) }, {
    Aggregate: duplex(async (stream, { signal }) => {
      const inlet = await openInlet<EventBatch>(stream);
      const aggregate = createAggregate(inlet.opening);
      // Ends the stream to the right when this call ends in any way.
      using ended = abortOnDispose();
      const meter = createMeter("aggregate");
      const hop = await openHop<ResultBatch>({
        connection: next,
        method: SinkService.Write,
        opening: {
          opening: withWindow(inlet.opening),
          begin: START,
          end: START,
        },
        meter,
        signal: AbortSignal.any([signal, ended.signal]),
      });
      inlet.resume({ position: aggregate.position, fields: [] });
      // The sink hears of batches with rejects only, each with the span since
      // the one before it.
      let told = START;
      const tell = async (
        rejects: readonly Reject[],
        outcome?: Outcome,
      ): Promise<void> => {
        await hop.send({
          begin: told,
          end: aggregate.position,
          rejects: rejects.map((reject) => ({
            ...reject,
            text: Buffer.from(reject.text),
          })),
          ...(outcome ? { outcome } : {}),
        });
        told = aggregate.position;
      };
      const applyAll = async () => {
        let whole = false;
        for await (const received of inlet.batches(meter)) {
          const { batch } = received;
          whole = isSamePosition(batch.begin, batch.end);
          meter.eventsIn += batch.type.length;
          meter.processing(() => apply(aggregate, batch));
          if (aggregate.totals.rejected > maxRejects) {
            await tell(batch.rejects, {
              totals: aggregate.totals,
              tooManyRejects: true,
            });
            await hop.finish();
            throw new Fault(
              "failed_precondition",
              describeTooManyRejects(
                aggregate.totals.rejected,
                maxRejects,
                batch.rejects.at(-1)!,
              ),
            );
          }
          if (batch.rejects.length > 0) await tell(batch.rejects);
          inlet.answer(received);
          meter.batchDone(performance.now() - received.arrivedMs);
        }
        if (!whole) {
          throw new Fault(
            "cancelled",
            `The stream of batches ended at event ${aggregate.position.event}, before all was sent`,
          );
        }
        const results = meter.processing(() => aggregate.results());
        meter.eventsOut = results.length;
        await tell([], { totals: aggregate.totals, results });
        return await hop.finish();
      };
      const { reports } = await hop.guard(applyAll());
      inlet.committed(aggregate.position);
      inlet.end(meter.report(), { totals: aggregate.totals, reports });
    }),
  });
}

/** Applies a batch; one that does not fit is a defect of the stage before. */
function apply(aggregate: Aggregate, batch: EventBatch): void {
  try {
    aggregate.apply(batch);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Fault("internal", error.message, { cause: error });
  }
}
