/**
 * Serves the ingest stage: opens the chain, reads the input, sends it on, and
 * tells the orchestrator how it goes.
 *
 * @module
 */

import type { Connection } from "../proto/connect.ts";
import { Fault } from "../proto/fault.ts";
import {
  implement,
  type Implementation,
  serverStream,
} from "../proto/handlers.ts";
import {
  type Position,
  type RawBatch,
  START,
} from "../proto/pipeline/batches.ts";
import { IngestService, ParseService } from "../proto/pipeline/contract.ts";
import type { RunRequest__Output } from "../proto/types/pipeline/v1/RunRequest.ts";
import type { RunUpdate } from "../proto/types/pipeline/v1/RunUpdate.ts";
import { openHop, withWindow } from "./hop_sender.ts";
import { readBatches } from "./ingest.ts";
import { openInput } from "./input.ts";
import { createMeter } from "./meter.ts";
import { abortOnDispose } from "./relay.ts";

/** Options for {@linkcode ingestService}. */
export interface IngestServiceOptions {
  /** The parse stage. */
  next: Connection;
  /** The input's path; "-" is standard input. */
  input: string;
  /** Longest line, in bytes. */
  maxLine: number;
}

/** Time between two progress updates, in milliseconds. */
const PROGRESS_MS = 100;

/** Builds the handlers of pipeline.v1.IngestService. */
export function ingestService(options: IngestServiceOptions): Implementation {
  let running = false;
  return implement(IngestService, {
    Run: serverStream(async function* (request, { signal }) {
      if (running) {
        throw new Fault(
          "failed_precondition",
          "Cannot start the run: another run is in progress",
        );
      }
      running = true;
      try {
        yield* run(request, options, signal);
      } finally {
        running = false;
      }
    }),
  });
}

async function* run(
  request: RunRequest__Output,
  { next, input, maxLine }: IngestServiceOptions,
  signal: AbortSignal,
): AsyncGenerator<RunUpdate> {
  if (!request.run || request.batch < 1) {
    throw new Fault(
      "invalid",
      "Cannot start the run: it needs a name and a batch size",
    );
  }
  // Ends the stream to the right when the run ends in any way.
  using ended = abortOnDispose();
  const meter = createMeter("ingest");
  const hop = await openHop<RawBatch>({
    connection: next,
    method: ParseService.Parse,
    opening: {
      opening: withWindow({
        run: request.run,
        windowBatches: 0,
        windowBytes: 0,
        types: [],
        tags: [],
      }),
      begin: START,
      end: START,
      linesOffset: 0,
      lines: new Uint8Array(),
    },
    meter,
    signal: AbortSignal.any([signal, ended.signal]),
  });
  const from = (hop.resume.position ?? START) as Position;
  using source = await openInput(input, from.offset, signal);
  const openedMs = performance.now();
  let sent = from;
  const progress = () => ({ sent, inputBytes: source.size });
  yield { opened: progress() };

  const batches = readBatches(source, { batch: request.batch, maxLine, from });
  let lastProgressMs = openedMs;
  for (;;) {
    const { done, value: batch } = await hop.guard(
      meter.processingAsync(() => batches.next()),
    );
    if (done) break;
    const readMs = performance.now();
    await hop.send(batch);
    sent = batch.end;
    const events = batch.end.event - batch.begin.event;
    meter.batches++;
    meter.eventsIn += events;
    meter.eventsOut += events;
    meter.bytesIn += batch.end.offset - batch.begin.offset;
    const nowMs = performance.now();
    meter.batchDone(nowMs - readMs);
    if (nowMs - lastProgressMs >= PROGRESS_MS) {
      lastProgressMs = nowMs;
      yield { progress: progress() };
    }
  }
  // The empty batch says that this was all; a stream that merely ends may have
  // been cut.
  await hop.send({
    begin: sent,
    end: sent,
    linesOffset: sent.offset,
    lines: new Uint8Array(),
  });
  const { totals, reports } = await hop.finish();
  yield {
    finished: {
      ...(totals ? { totals } : {}),
      elapsedMs: performance.now() - openedMs,
      stages: [meter.report(), ...reports],
    },
  };
}
