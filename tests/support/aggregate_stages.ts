/**
 * The aggregate stage, ours and the one in Go, before a sink that notes what it is
 * told, so that a test can hold the two against each other.
 *
 * @module
 */

import {
  type EventBatch,
  type Opening,
  type Position,
  START,
} from "../../proto/pipeline/batches.ts";
import {
  AggregateService,
  type HopMethod,
  SinkService,
} from "../../proto/pipeline/contract.ts";
import type { Receipt } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { ResultBatch__Output } from "../../proto/types/pipeline/v1/ResultBatch.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { connect, type Connection } from "../../runtime/rpc/connect.ts";
import { duplex, implement } from "../../runtime/rpc/handlers.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import type { MessageStream } from "../../runtime/rpc/message_stream.ts";
import { createAggregate } from "../../stages/aggregate/aggregate.ts";
import { openCheckpoints } from "../../stages/aggregate/checkpoint.ts";
import { aggregateService } from "../../stages/aggregate/service.ts";
import { openEvents } from "../../stages/events/event_batch.ts";
import { createMeter } from "../../stages/hop/meter.ts";
import {
  openInlet,
  type Received,
  receiving,
} from "../../stages/hop/receiver.ts";
import { openHops } from "../../stages/hop/fan_out.ts";
import { connectNext } from "../../stages/hop/opening.ts";
import { CHANNEL, windowOf } from "../../stages/hop/window.ts";
import { GO_AGGREGATE } from "./built_clients.ts";
import { freeAddress } from "./free_ports.ts";
import { type Lines, spawn } from "./spawned.ts";

/** What the sink says of its file whenever it is asked. */
export const KEPT = { bytes: 7, file: "1:2" };

/** A sink that keeps nothing. */
export interface NotedSink extends AsyncDisposable {
  address: string;
  /** What came by the last stream. */
  told: ResultBatch__Output[];
  /** The opening of that stream. */
  opening: Opening | undefined;
}

/** Serves a sink. */
export async function serveNotedSink(): Promise<NotedSink> {
  const method = SinkService.Write as HopMethod<never, ResultBatch__Output>;
  type Stream = MessageStream<Received<ResultBatch__Output>, Receipt>;
  const write = async (stream: Stream) => {
    const inlet = await openInlet(stream, "sink");
    const told: ResultBatch__Output[] = [];
    Object.assign(sink, { told, opening: inlet.opening });
    inlet.resume({ position: inlet.begin, fields: [] });
    for await (const received of inlet.batches(createMeter("sink"))) {
      const { end, sync, interim } = received.batch;
      if (!sync) told.push(received.batch);
      inlet.answer(received);
      if (sync) inlet.committed({ position: end, kept: KEPT });
      if (interim) inlet.written(end!);
    }
    inlet.end({ name: "sink" });
  };
  const served = await serve({
    address: "127.0.0.1:0",
    services: {
      "pipeline.v1.SinkService": implement({ Write: receiving(method) }, {
        Write: duplex(write),
      }),
    },
    channel: CHANNEL,
  });
  const sink: NotedSink = {
    address: served.address,
    told: [],
    opening: undefined,
    [Symbol.asyncDispose]: () => served.stop(0),
  };
  return sink;
}

/** An aggregate stage that runs. */
export interface AggregateStage extends AsyncDisposable {
  connection: Connection;
  sink: NotedSink;
  /** What it logs. @default {it logs where the test does} */
  log?: Lines;
}

/** Options for {@linkcode serveOurs} and {@linkcode startGo}. */
export interface AggregateStageOptions {
  /** The folder of its checkpoints, which are made when a batch asks for one. */
  state: string;
  sink: NotedSink;
  maxRejects?: number;
  inputs?: string[];
  everyMs?: number;
}

/** Saves nothing by itself. */
const NEVER_MS = 3_600_000;

/** Serves ours. */
export async function serveOurs(
  { state, sink, maxRejects, inputs = [], everyMs }: AggregateStageOptions,
): Promise<AggregateStage> {
  const served = await serve({
    address: "127.0.0.1:0",
    services: {
      "pipeline.v1.AggregateService": aggregateService({
        next: connectNext("sink", [sink.address]),
        aggregate: createAggregate,
        checkpoints: openCheckpoints(state),
        checkpointIntervalMs: NEVER_MS,
        maxRejects,
        inputs,
        everyMs,
      }),
    },
    channel: CHANNEL,
  });
  const connection = connectTo(served.address);
  return {
    connection,
    sink,
    async [Symbol.asyncDispose]() {
      connection.close();
      await served.stop(0);
    },
  };
}

/** Starts the one in Go, and waits until it serves. */
export async function startGo(
  { state, sink, maxRejects, inputs = [], everyMs }: AggregateStageOptions,
): Promise<AggregateStage> {
  const address = freeAddress();
  const spawned = spawn(GO_AGGREGATE, [
    "aggregate",
    `--address=${address}`,
    `--next=${sink.address}`,
    `--owner=${Deno.pid}`,
    `--state=${state}`,
    `--checkpoint-interval=${NEVER_MS}ms`,
    ...(maxRejects === undefined ? [] : [`--max-rejects=${maxRejects}`]),
    ...(everyMs === undefined ? [] : [`--every=${everyMs}ms`]),
    ...inputs.map((input) => `--input=${input}`),
  ]);
  await spawned.stdout.find(/^serves$/);
  const connection = connectTo(address);
  return {
    connection,
    sink,
    log: spawned.stderr,
    async [Symbol.asyncDispose]() {
      connection.close();
      await spawned[Symbol.asyncDispose]();
    },
  };
}

function connectTo(address: string): Connection {
  return connect(address, { name: "aggregate", channel: CHANNEL });
}

/** What a stream has come to. */
export interface Streamed {
  /** Where it began. */
  from: Position;
  /** What the sink was told, and what the opening told it of the file. */
  told: ResultBatch__Output[];
  kept: unknown;
  totals?: unknown;
  /** What the stage itself has counted. */
  report?: unknown;
  failed?: { code: string; message: string };
}

/** Sends all batches from where the stage wants to go on, by so many lanes. */
export function streamAll(
  stage: AggregateStage,
  opening: Opening,
  batches: readonly EventBatch[],
  { lanes = 1 }: { lanes?: number } = {},
): Promise<Streamed> {
  return stream(stage, opening, batches, { lanes, then: "finish" });
}

/** Sends batches, waits until what they are is saved, and cuts the stream. */
export function streamAndSave(
  stage: AggregateStage,
  opening: Opening,
  batches: readonly EventBatch[],
): Promise<Streamed> {
  return stream(stage, opening, batches, { then: "save" });
}

/** Sends batches, and then waits until the stream breaks. */
export function streamAndWait(
  stage: AggregateStage,
  opening: Opening,
  batches: readonly EventBatch[],
): Promise<Streamed> {
  return stream(stage, opening, batches, { then: "wait" });
}

async function stream(
  { connection, sink }: AggregateStage,
  opening: Opening,
  batches: readonly EventBatch[],
  { lanes = 1, then }: { lanes?: number; then: "finish" | "save" | "wait" },
): Promise<Streamed> {
  const cut = new AbortController();
  const saved = Promise.withResolvers<void>();
  const last = batches.at(-1);
  const streamed = (from: Position): Streamed => ({
    from,
    told: sink.told,
    kept: sink.opening?.kept,
  });
  let from = START;
  try {
    const hop = await openHops<EventBatch>({
      connections: Array.from({ length: lanes }, () => connection),
      method: AggregateService.Aggregate,
      opening: openEvents(opening),
      window: windowOf(opening),
      meter: createMeter("rules"),
      signal: cut.signal,
      onCommitted({ position }) {
        if (position?.event === last?.end.event) saved.resolve();
      },
    });
    from = hop.resume.position!;
    for (const batch of batches) {
      if (batch.begin.event < from.event) continue;
      const sync = then === "save" && batch === last;
      await hop.send({ ...batch, ...(sync ? { sync } : {}) });
    }
    if (then === "wait") await hop.guard(Promise.withResolvers().promise);
    if (then === "save") {
      if (last && last.end.event > from.event) await hop.guard(saved.promise);
      return streamed(from);
    }
    const { totals, reports } = await hop.finish();
    const { name, eventsIn, eventsOut, batches: count } = reports[0]!;
    return {
      ...streamed(from),
      totals: { ...totals },
      report: { name, eventsIn, eventsOut, batches: count },
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code, message } = error;
    // How much of it the sink has heard by then is anybody's guess.
    return { from, told: [], kept: null, failed: { code, message } };
  } finally {
    cut.abort();
  }
}
