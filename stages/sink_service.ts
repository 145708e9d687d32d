/**
 * Serves the sink stage.
 *
 * @module
 */

import { duplex, implement, type Implementation } from "../proto/handlers.ts";
import { START } from "../proto/pipeline/batches.ts";
import { type HopMethod, SinkService } from "../proto/pipeline/contract.ts";
import type { ResultBatch__Output } from "../proto/types/pipeline/v1/ResultBatch.ts";
import { openInlet, receiving } from "./hop_receiver.ts";
import { createMeter } from "./meter.ts";
import { openSink, type Sink, type SinkPaths } from "./sink.ts";
import { written } from "./written.ts";

/** Builds the handlers of pipeline.v1.SinkService. */
export function sinkService(paths: SinkPaths): Implementation {
  const method = SinkService.Write as HopMethod<never, ResultBatch__Output>;
  return implement({ Write: receiving(method) }, {
    Write: duplex(async (stream) => {
      const inlet = await openInlet<ResultBatch__Output>(stream);
      const meter = createMeter("sink");
      await using sink = await written(paths, openSink(paths));
      inlet.resume({ position: START, fields: [] });
      for await (const received of inlet.batches(meter)) {
        const { rejects, outcome } = received.batch;
        await meter.processingAsync(() =>
          written(paths, writeAll(sink, received.batch))
        );
        meter.eventsIn += rejects.length + (outcome?.results.length ?? 0);
        inlet.answer(received);
        meter.batchDone(performance.now() - received.arrivedMs);
      }
      meter.eventsOut = meter.eventsIn;
      meter.bytesOut = sink.bytes;
      inlet.end(meter.report());
    }),
  });
}

async function writeAll(
  sink: Sink,
  { rejects, outcome }: Pick<ResultBatch__Output, "rejects" | "outcome">,
): Promise<void> {
  await sink.writeRejects(rejects);
  if (outcome?.tooManyRejects) await sink.keepRejects();
  else if (outcome) await sink.commit(outcome.results);
}
