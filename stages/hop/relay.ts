/**
 * The runner of the stages in the middle, parse and rules: takes a batch,
 * transforms it, passes it on.
 *
 * Keeps nothing. When either side breaks, the call fails, the break travels to
 * both ends, and ingest decides what to do.
 *
 * @module
 */

import type { Opening } from "../../proto/pipeline/batches.ts";
import type {
  Receipt,
  Receipt__Output,
} from "../../proto/types/pipeline/v1/Receipt.ts";
import { abortOnDispose } from "../../runtime/program/abort.ts";
import type { ClientMethod } from "../../runtime/rpc/connect.ts";
import { duplex, type Handler } from "../../runtime/rpc/handlers.ts";
import type { StageName } from "../names.ts";
import { openHops } from "./fan_out.ts";
import { createMeters, type Meter } from "./meter.ts";
import type { Monitor } from "./monitor.ts";
import { type NextConnections, openingOfNext } from "./opening.ts";
import {
  type AnyBatch,
  countDone,
  nextBatch,
  openInlet,
  type Received,
} from "./receiver.ts";
import type { Resume } from "./sender.ts";
import { windowOf } from "./window.ts";

/** A middle stage. */
export interface RelayStage<In, Out> {
  name: StageName;
  /** The run that it belongs to. @default {any} */
  run?: string | undefined;
  /** Which of the stage's processes this is; 0 for the only one. */
  worker: number;
  /** Looks at each opening. @default {nobody does} */
  monitor?: Monitor | undefined;
  /** What the next stage is told at the opening, besides where others are. */
  openNext(opening: Opening): Opening | Promise<Opening>;
  /** Sets up the stage for a stream, now that both neighbours are known. */
  start(opening: Opening, resume: Resume): Relaying<In, Out>;
}

/** A middle stage during one stream. */
export interface Relaying<In, Out> {
  /** What the stage before this one is told. */
  resume: Resume;
  transform(batch: In): Out;
  /** Adds a batch to the stage's counts of events. */
  count(meter: Meter, batch: In, result: Out): void;
}

/** Where a stage passes batches on to. */
export interface NextStage<Batch> {
  /** Its processes. */
  connections: NextConnections;
  method: ClientMethod<Batch, Receipt__Output>;
  /** Makes the stream's first message. */
  open(opening: Opening): Batch;
}

/** Builds the handler of a middle stage's one method. */
export function relay<In extends AnyBatch, Out extends AnyBatch>(
  stage: RelayStage<In, Out>,
  next: NextStage<Out>,
): Handler<Received<In>, Receipt> {
  const meters = createMeters(stage.name, stage.worker, stage.monitor);
  return duplex(async (stream, { signal }) => {
    const inlet = await openInlet<In>(stream, stage.name, stage.run);
    // Ends the stream to the right when this call ends in any way.
    using ended = abortOnDispose();
    using measured = meters.take(inlet.opening);
    const { meter } = measured;
    const hop = await openHops({
      connections: next.connections(inlet.opening.next),
      method: next.method,
      opening: next.open(openingOfNext(await stage.openNext(inlet.opening))),
      window: windowOf(inlet.opening),
      meter,
      signal: AbortSignal.any([signal, ended.signal]),
      onCommitted: inlet.committed,
    });
    const { resume, transform, count } = stage.start(inlet.opening, hop.resume);
    inlet.resume(resume);
    const passAll = async () => {
      const batches = inlet.batches(meter);
      for (;;) {
        const received = batches.take?.() ?? await nextBatch(batches);
        if (!received) break;
        const result = meter.processing(() => transform(received.batch));
        count(meter, received.batch, result);
        passOn(received.batch, result);
        const room = hop.send(result);
        if (room) await room;
        inlet.answer(received);
        countDone(meter, received);
      }
      return await hop.finish();
    };
    const ending = await hop.guard(passAll());
    inlet.end(meter.report(), ending);
  });
}

/** What a batch carries through every stage. */
function passOn(
  { sync, firstMs, lastMs }: AnyBatch,
  to: AnyBatch,
): void {
  if (sync) to.sync = true;
  if (firstMs) to.firstMs = firstMs;
  if (lastMs) to.lastMs = lastMs;
}
