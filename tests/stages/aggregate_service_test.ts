import { assertEquals, assertRejects } from "@std/assert";
import type { Connection } from "../../proto/connect.ts";
import { Fault } from "../../proto/fault.ts";
import { duplex, implement } from "../../proto/handlers.ts";
import type { MessageStream } from "../../proto/message_stream.ts";
import type { EventBatch } from "../../proto/pipeline/batches.ts";
import {
  AggregateService,
  type HopMethod,
  SinkService,
} from "../../proto/pipeline/contract.ts";
import type { Receipt } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { ResultBatch__Output } from "../../proto/types/pipeline/v1/ResultBatch.ts";
import { aggregateService } from "../../stages/aggregate_service.ts";
import { openEvents } from "../../stages/event_batch.ts";
import {
  openInlet,
  type Received,
  receiving,
} from "../../stages/hop_receiver.ts";
import { openHop } from "../../stages/hop_sender.ts";
import { createMeter } from "../../stages/meter.ts";
import { createParse } from "../../stages/parse.ts";
import { rawBatch } from "./raw_batch.ts";
import { OPENING, RESUME, serveStage } from "./stage_server.ts";

type SinkStream = MessageStream<Received<ResultBatch__Output>, Receipt>;

/** Serves a sink that does what the test says. */
function serveSink(write: (stream: SinkStream) => Promise<void>) {
  const method = SinkService.Write as HopMethod<never, ResultBatch__Output>;
  return serveStage(
    "SinkService",
    implement({ Write: receiving(method) }, { Write: duplex(write) }),
  );
}

/** Reads everything, as the sink does. */
async function consume(stream: SinkStream): Promise<ResultBatch__Output[]> {
  const batches: ResultBatch__Output[] = [];
  const inlet = await openInlet(stream);
  inlet.resume(RESUME);
  for await (const received of inlet.batches(createMeter("sink"))) {
    batches.push(received.batch);
    inlet.answer(received);
  }
  inlet.end({ name: "sink" });
  return batches;
}

function serveAggregate(next: Connection, maxRejects?: number) {
  return serveStage("AggregateService", aggregateService({ next, maxRejects }));
}

function open(connection: Connection) {
  return openHop<EventBatch>({
    connection,
    method: AggregateService.Aggregate,
    opening: openEvents({ ...OPENING, types: ["click"] }),
    meter: createMeter("rules"),
    signal: new AbortController().signal,
  });
}

const parse = createParse({ types: ["click"], fields: [] });
const LINE =
  '{"ts":"2026-01-01T00:00:00Z","type":"click","user":"u","value":5}\n';

Deno.test("aggregateService() hands rejects on as they come, and the results last", async () => {
  let written: ResultBatch__Output[] = [];
  await using sink = await serveSink(async (stream) => {
    written = await consume(stream);
  });
  await using aggregate = await serveAggregate(sink, 2);
  const hop = await open(aggregate);

  const first = parse(rawBatch(`${LINE}?\n`));
  const second = parse(rawBatch(`${LINE}${LINE}`, first.end));
  const third = parse(rawBatch("!\n", second.end));
  const last = parse(rawBatch("", third.end));
  for (const batch of [first, second, third, last]) await hop.send(batch);
  const { totals, reports } = await hop.finish();

  assertEquals(totals, { events: 5, rejected: 2, filtered: 0 });
  assertEquals(reports.map(({ name }) => name), ["aggregate", "sink"]);
  assertEquals(
    written.map(({ begin, end, rejects, outcome }) => [
      begin?.event,
      end?.event,
      rejects.map(({ line }) => line),
      outcome?.results.map(({ key, count, sum }) => [key, count, sum]),
    ]),
    [
      [0, 2, [2], undefined],
      [2, 5, [5], undefined],
      [5, 5, [], [["click", 3, "15"]]],
    ],
  );
});

Deno.test("aggregateService() gives no results for a stream that was cut", async () => {
  let written: ResultBatch__Output[] = [];
  await using sink = await serveSink(async (stream) => {
    written = await consume(stream);
  });
  await using aggregate = await serveAggregate(sink);
  const hop = await open(aggregate);

  await hop.send(parse(rawBatch(LINE)));
  const fault = await assertRejects(() => hop.finish(), Fault);

  assertEquals(fault.code, "cancelled");
  assertEquals(
    fault.message,
    "The stream of batches ended at event 1, before all was sent",
  );
  assertEquals(written, []);
});

Deno.test("aggregateService() fails after too many rejects, which the sink keeps", async () => {
  let written: ResultBatch__Output[] = [];
  await using sink = await serveSink(async (stream) => {
    written = await consume(stream);
  });
  await using aggregate = await serveAggregate(sink, 1);
  const hop = await open(aggregate);

  await hop.send(parse(rawBatch("?\n!\n")));
  const fault = await assertRejects(() => hop.finish(), Fault);

  assertEquals(fault.code, "failed_precondition");
  assertEquals(
    fault.message,
    "Cannot go on: 2 rejects are more than --max-rejects=1; the last is line 2: not valid JSON",
  );
  assertEquals(
    written.map(({ rejects, outcome }) => [
      rejects.length,
      outcome?.tooManyRejects,
    ]),
    [[2, true]],
  );
});

Deno.test("aggregateService() hears of a failure of the sink before it has results", async () => {
  const fail = Promise.withResolvers<void>();
  await using sink = await serveSink(async (stream) => {
    (await openInlet(stream)).resume(RESUME);
    await fail.promise;
    throw new Fault("failed_precondition", "The disk is full");
  });
  await using aggregate = await serveAggregate(sink);
  const hop = await open(aggregate);

  await hop.send(parse(rawBatch(LINE)));
  fail.resolve();
  const fault = await assertRejects(
    () => hop.guard(Promise.withResolvers().promise),
    Fault,
  );

  assertEquals([fault.code, fault.message], [
    "failed_precondition",
    "The disk is full",
  ]);
});

Deno.test("aggregateService() refuses a batch that does not account for its events", async () => {
  await using sink = await serveSink(async (stream) => {
    await consume(stream);
  });
  await using aggregate = await serveAggregate(sink);
  const hop = await open(aggregate);

  await hop.send({ ...parse(rawBatch(LINE)), filtered: 1 });
  const fault = await assertRejects(() => hop.finish(), Fault);

  assertEquals(fault.code, "internal");
  assertEquals(
    fault.message,
    "Cannot apply the batch from event 0: it has 1 events and accounts for 2",
  );
});
