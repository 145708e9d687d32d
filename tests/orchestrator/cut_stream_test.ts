/** A stream of batches that ends too early must not look like a whole one. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  type EventBatch,
  type Position,
  START,
} from "../../proto/pipeline/batches.ts";
import { AggregateService } from "../../proto/pipeline/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { serve, type Served } from "../../runtime/rpc/serve.ts";
import { createAggregate } from "../../stages/aggregate/aggregate.ts";
import { openCheckpoints } from "../../stages/aggregate/checkpoint.ts";
import { aggregateService } from "../../stages/aggregate/service.ts";
import { sinkOfFiles } from "../../stages/sink/sink.ts";
import { sinkService } from "../../stages/sink/service.ts";
import { runFolder } from "../support/runs.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";

const ONE: Position = { event: 1, offset: 10, line: 1 };

for (const whole of [false, true]) {
  Deno.test(`a stream ${whole ? "with" : "without"} its empty last batch gives ${whole ? "a" : "no"} result`, async () => {
    await using folder = await runFolder();
    const state = folder.file("state");
    await Deno.mkdir(state);
    await using sink = await serving({
      "pipeline.v1.SinkService": sinkService({
        sink: sinkOfFiles({ ...folder, run: "r1" }),
      }),
    });
    using toSink = disposable(connect(sink.address));
    await using aggregate = await serving({
      "pipeline.v1.AggregateService": aggregateService({
        next: () => [toSink],
        aggregate: createAggregate,
        maxRejects: undefined,
        checkpoints: openCheckpoints(state),
        checkpointIntervalMs: 60_000,
      }),
    });
    using toAggregate = disposable(connect(aggregate.address));
    const stream = toAggregate.duplex(AggregateService.Aggregate);
    stream.send({ ...batch(START, START), opening: OPENING });
    await stream.incoming.next(); // the resume

    stream.send(batch(START, ONE));
    if (whole) stream.send(batch(ONE, ONE));
    stream.end();

    const rest = Array.fromAsync(stream.incoming);
    if (whole) await rest;
    else await assertRejects(() => rest, Fault, "ended at event 1, before all");
    assertEquals(
      await folder.names(),
      whole
        ? ["rejects.ndjson", "results.ndjson", "state"]
        : ["rejects.ndjson.r1.partial", "state"],
    );
  });
}

const OPENING = {
  run: "test",
  windowBatches: 8,
  windowBytes: 1_000,
  schema: builtInSchema(["click"]),
  tags: [],
  protocol: 1,
  next: [],
};

/** One event for each step from `begin` to `end`. */
function batch(begin: Position, end: Position): EventBatch {
  const rows = end.event - begin.event;
  return {
    begin,
    end,
    rows,
    keys: [{ dictionary: [], index: new Uint32Array(rows) }],
    values: [{ value: new Float64Array(rows), exact: [] }],
    columns: [],
    tags: [],
    work: [],
    scoreRow: new Uint32Array(),
    score: new Float64Array(),
    filtered: 0,
    rejects: [],
  };
}

async function serving(
  services: Parameters<typeof serve>[0]["services"],
): Promise<AsyncDisposable & Pick<Served, "address">> {
  const { address, stop } = await serve({ address: "127.0.0.1:0", services });
  return { address, [Symbol.asyncDispose]: () => stop() };
}

function disposable<T extends { close(): void }>(held: T): T & Disposable {
  return { ...held, [Symbol.dispose]: () => held.close() };
}
