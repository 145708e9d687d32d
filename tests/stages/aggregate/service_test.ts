import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type EventBatch,
  type Schema,
  START,
} from "../../../proto/pipeline/batches.ts";
import {
  AggregateService,
  type HopMethod,
  SinkService,
} from "../../../proto/pipeline/contract.ts";
import type { Committed__Output } from "../../../proto/types/pipeline/v1/Committed.ts";
import type { Receipt } from "../../../proto/types/pipeline/v1/Receipt.ts";
import type { ResultBatch__Output } from "../../../proto/types/pipeline/v1/ResultBatch.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import type { Connection } from "../../../runtime/rpc/connect.ts";
import { duplex, implement } from "../../../runtime/rpc/handlers.ts";
import type { MessageStream } from "../../../runtime/rpc/message_stream.ts";
import type { Head } from "../../../stages/aggregate/saved.ts";
import { createAggregate } from "../../../stages/aggregate/aggregate.ts";
import { openCheckpoints } from "../../../stages/aggregate/checkpoint.ts";
import {
  aggregateService,
  type AggregateServiceOptions,
} from "../../../stages/aggregate/service.ts";
import { openEvents } from "../../../stages/events/event_batch.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import {
  openInlet,
  type Received,
  receiving,
} from "../../../stages/hop/receiver.ts";
import { type HopOptions, openHop } from "../../../stages/hop/sender.ts";
import { parseResults } from "../../../stages/sink/results.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { sinkOfFiles } from "../../../stages/sink/sink.ts";
import { sinkService } from "../../../stages/sink/service.ts";
import {
  batchOf,
  openingOf,
  type TestEvent,
} from "../../support/event_batches.ts";
import { customSchema } from "../../support/schemas.ts";
import { RESUME, serveStage } from "../../support/stage_server.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

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
  const inlet = await openInlet(stream, "sink");
  inlet.resume(RESUME);
  for await (const received of inlet.batches(createMeter("sink"))) {
    batches.push(received.batch);
    inlet.answer(received);
  }
  inlet.end({ name: "sink" });
  return batches;
}

/** Saves nothing by itself, unless the test says otherwise. */
function serveAggregate(
  next: Connection,
  options: Partial<AggregateServiceOptions> = {},
) {
  return serveStage(
    "AggregateService",
    aggregateService({
      next: () => [next],
      aggregate: createAggregate,
      maxRejects: undefined,
      checkpoints: {
        load: () => Promise.resolve(undefined),
        save: () => Promise.resolve(),
      },
      checkpointIntervalMs: 3_600_000,
      ...options,
    }),
  );
}

function open(
  connection: Connection,
  options: Partial<HopOptions<EventBatch>> & { schema?: Schema } = {},
) {
  const { schema = SCHEMA, ...rest } = options;
  return openHop<EventBatch>({
    connection,
    method: AggregateService.Aggregate,
    opening: openEvents(openingOf(schema)),
    meter: createMeter("rules"),
    signal: new AbortController().signal,
    ...rest,
  });
}

/** Notes what is told to be safe, and lets a test wait for it. */
function safePlaces() {
  const events: number[] = [];
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  const at = (event: number) => {
    const wait = waiting.get(event) ?? Promise.withResolvers<void>();
    waiting.set(event, wait);
    return wait;
  };
  return {
    events,
    onCommitted({ position }: Committed__Output) {
      events.push(position!.event);
      at(position!.event).resolve();
    },
    /** Resolves when this event is told. */
    until: (event: number) => at(event).promise,
  };
}

const SCHEMA = builtInSchema(["click"]);
const CLICK: TestEvent = { keys: ['"click"'], values: ["5"] };

/** A batch of events that come after those of another one. */
function batch(events: TestEvent[], after?: EventBatch): EventBatch {
  return batchOf(SCHEMA, events, after?.end.event);
}

Deno.test("aggregateService() hands rejects on as they come, and the results last", async () => {
  let written: ResultBatch__Output[] = [];
  await using sink = await serveSink(async (stream) => {
    written = await consume(stream);
  });
  await using aggregate = await serveAggregate(sink, { maxRejects: 2 });
  const hop = await open(aggregate);

  const first = batch([CLICK, "reject"]);
  const second = batch([CLICK, CLICK], first);
  const third = batch(["reject"], second);
  const last = batch([], third);
  for (const each of [first, second, third, last]) await hop.send(each);
  const { totals, reports } = await hop.finish();

  assertEquals(totals, { events: 5, rejected: 2, filtered: 0 });
  assertEquals(reports.map(({ name }) => name), ["aggregate", "sink"]);
  assertEquals(
    written.map(({ begin, end, rejects, results, outcome }) => [
      begin?.event,
      end?.event,
      rejects.map(({ line }) => line),
      results.map(({ key, count, values }) => [key, count, values[0]!.sum]),
      outcome?.totals?.events,
    ]),
    [
      [0, 2, [2], [], undefined],
      [2, 5, [5], [], undefined],
      [5, 5, [], [[['"click"'], 3, "15"]], undefined],
      [5, 5, [], [], 5],
    ],
  );
});

Deno.test("aggregateService() sends results of a size that a message has, each once", async () => {
  let written: ResultBatch__Output[] = [];
  await using sink = await serveSink(async (stream) => {
    written = await consume(stream);
  });
  await using aggregate = await serveAggregate(sink);
  const schema = customSchema(["key"], {});
  const hop = await open(aggregate, { schema });
  const keys = Array.from({ length: 2_500 }, (_, at) => String(at));
  const long = JSON.stringify("x".repeat(200_000));
  const all = [...keys, long, `${long.slice(0, -1)}y"`];

  const events = all.map((key) => ({ keys: [key], values: [] }));
  const only = batchOf(schema, events);
  await hop.send(only);
  await hop.send(batchOf(schema, [], only.end.event));
  const { reports } = await hop.finish();

  assertEquals(
    written.map(({ results }) => results.length),
    [1_000, 1_000, 501, 1, 0],
  );
  assertEquals(
    written.flatMap(({ results }) => results.map(({ key }) => key[0])),
    all,
  );
  assertEquals(reports[0]?.eventsOut, all.length);
});

Deno.test("aggregateService() hands on what came too late for its window, and counts it", async () => {
  let written: ResultBatch__Output[] = [];
  await using sink = await serveSink(async (stream) => {
    written = await consume(stream);
  });
  await using aggregate = await serveAggregate(sink, { maxRejects: 1 });
  const schema = customSchema([], {}, {
    windows: { sizeMs: 10, offsetMs: 0, allowedLatenessMs: 0 },
  });
  const hop = await open(aggregate, { schema });

  const times = [20, 9, 8];
  await hop.send(
    batchOf(schema, times.map((timeMs) => ({ timeMs, keys: [], values: [] }))),
  );
  const fault = await assertRejects(() => hop.finish(), Fault);

  assertEquals(
    fault.message,
    "Cannot go on: 2 rejects are more than --max-rejects=1; the last is line 3: late: its window ended at 1970-01-01T00:00:00.010Z, and is closed since an event of 1970-01-01T00:00:00.020Z",
  );
  assertEquals(
    written.map(({ rejects }) => rejects.map(({ line }) => line)),
    [[2, 3]],
  );
});

Deno.test("aggregateService() ends with what to do about too many groups", async () => {
  await using sink = await serveSink(async (stream) => {
    await consume(stream);
  });
  await using aggregate = await serveAggregate(sink);
  const schema = customSchema(["key"], {}, { maxGroups: 1 });
  const hop = await open(aggregate, { schema });

  await hop.send(
    batchOf(schema, ["1", "2"].map((key) => ({ keys: [key], values: [] }))),
  );
  const fault = await assertRejects(() => hop.finish(), Fault);

  assertEquals(fault.code, "failed_precondition");
  assertStringIncludes(fault.message, "--max-groups");
});

Deno.test("aggregateService() gives no results for a stream that was cut", async () => {
  let written: ResultBatch__Output[] = [];
  await using sink = await serveSink(async (stream) => {
    written = await consume(stream);
  });
  await using aggregate = await serveAggregate(sink);
  const hop = await open(aggregate);

  await hop.send(batch([CLICK]));
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
  await using aggregate = await serveAggregate(sink, { maxRejects: 1 });
  const hop = await open(aggregate);

  await hop.send(batch(["reject", "reject"]));
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
    (await openInlet(stream, "sink")).resume(RESUME);
    await fail.promise;
    throw new Fault("failed_precondition", "The disk is full");
  });
  await using aggregate = await serveAggregate(sink);
  const hop = await open(aggregate);

  await hop.send(batch([CLICK]));
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

  await hop.send({ ...batch([CLICK]), filtered: 1 });
  const fault = await assertRejects(() => hop.finish(), Fault);

  assertEquals(fault.code, "internal");
  assertEquals(
    fault.message,
    "Cannot apply the batch from event 0: it has 1 events and accounts for 2",
  );
});

/** A sink and an aggregate over the files of a folder, as in a run. */
async function serveOn(
  folder: TempFolder,
  options: Partial<AggregateServiceOptions> = {},
) {
  await using stack = new AsyncDisposableStack();
  const sink = stack.use(
    await serveStage(
      "SinkService",
      sinkService({
        sink: sinkOfFiles({
          output: folder.file("results"),
          rejects: folder.file("rejects"),
          run: "r1",
        }),
      }),
    ),
  );
  const aggregate = stack.use(
    await serveAggregate(sink, {
      checkpoints: openCheckpoints(folder.path),
      ...options,
    }),
  );
  const moved = stack.move();
  return {
    aggregate,
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

/** What the sink has put in place: rejected lines, counts and sums. */
async function writtenIn(folder: TempFolder) {
  const rejects = (await Deno.readTextFile(folder.file("rejects")))
    .split("\n").filter(Boolean);
  return {
    rejects: rejects.map((line) => JSON.parse(line).line),
    results: parseResults(await Deno.readTextFile(folder.file("results")))
      .map(({ count, sum }) => [count, sum]),
  };
}

/** An input of five events and two rejects in four batches, the last empty. */
const FIRST = batch([CLICK, "reject", CLICK]);
const SECOND = batch([CLICK, "reject"], FIRST);
const THIRD = batch([CLICK, CLICK], SECOND);
const LAST = batch([], THIRD);
const WHOLE = { rejects: [2, 5], results: [[5, 25]] };

for (const dies of [false, true]) {
  Deno.test(`aggregateService() goes on from what was saved after its stream was cut${dies ? " by its own end" : ""}`, async () => {
    await using folder = await tempFolder();
    await using before = await serveOn(folder);
    const safe = safePlaces();
    const cut = new AbortController();
    const hop = await open(before.aggregate, {
      signal: cut.signal,
      onCommitted: safe.onCommitted,
    });
    await hop.send({ ...FIRST, sync: true });
    await safe.until(FIRST.end.event);
    await hop.send(SECOND); // the sink has its reject, which nobody knows of
    await hop.send(THIRD);
    cut.abort();
    await assertRejects(() => hop.finish(), Fault);
    if (dies) await before[Symbol.asyncDispose]();

    await using after = dies ? await serveOn(folder) : undefined;
    const again = await open((after ?? before).aggregate);
    assertEquals(again.resume.position, FIRST.end);
    for (const each of [SECOND, THIRD, LAST]) await again.send(each);
    const { totals } = await again.finish();

    assertEquals(totals, { events: 7, rejected: 2, filtered: 0 });
    assertEquals(await writtenIn(folder), WHOLE);
    assertEquals(await folder.names(), ["checkpoint", "rejects", "results"]);
  });
}

Deno.test("aggregateService() goes on after the sink had put everything in place", async () => {
  await using folder = await tempFolder();
  await using stages = await serveOn(folder);
  const safe = safePlaces();
  const hop = await open(stages.aggregate, { onCommitted: safe.onCommitted });
  await hop.send({ ...FIRST, sync: true });
  await safe.until(FIRST.end.event);
  for (const each of [SECOND, THIRD, LAST]) await hop.send(each);
  await hop.finish();
  assertEquals(await writtenIn(folder), WHOLE);

  const again = await open(stages.aggregate);
  assertEquals(again.resume.position, FIRST.end);
  for (const each of [SECOND, THIRD, LAST]) await again.send(each);
  await again.finish();

  assertEquals(await writtenIn(folder), WHOLE);
});

Deno.test("aggregateService() lets a newer stream end the one before it", async () => {
  await using folder = await tempFolder();
  await using stages = await serveOn(folder);
  const older = await open(stages.aggregate);
  await older.send(FIRST);
  const ended = assertRejects(
    () => older.guard(Promise.withResolvers().promise),
    Fault,
  );

  const newer = await open(stages.aggregate);
  assertEquals((await ended).code, "cancelled");
  for (const each of [FIRST, SECOND, THIRD, LAST]) await newer.send(each);
  await newer.finish();

  assertEquals(await writtenIn(folder), WHOLE);
});

Deno.test("aggregateService() says what is safe only once it is saved", async () => {
  await using folder = await tempFolder();
  const saving = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const checkpoints = openCheckpoints(folder.path);
  await using stages = await serveOn(folder, {
    checkpoints: {
      ...checkpoints,
      async save(checkpoint, all) {
        const saved = checkpoints.save(checkpoint, all);
        saving.resolve();
        await go.promise;
        await saved;
      },
    },
  });
  const safe = safePlaces();
  const hop = await open(stages.aggregate, { onCommitted: safe.onCommitted });

  await hop.send({ ...FIRST, sync: true });
  await saving.promise;
  // More than the window: an answer has come since the save has begun.
  let sent = FIRST;
  for (let count = 0; count < 100; count++) {
    sent = batch([CLICK], sent);
    await hop.send(sent);
  }
  assertEquals(safe.events, []);
  go.resolve();
  await safe.until(FIRST.end.event);

  const saved = await checkpoints.load("test");
  assertEquals((saved?.head as Head).position, FIRST.end);
});

Deno.test("aggregateService() saves of itself as time passes", async () => {
  await using folder = await tempFolder();
  await using stages = await serveOn(folder, { checkpointIntervalMs: 1 });
  const safe = safePlaces();
  const hop = await open(stages.aggregate, { onCommitted: safe.onCommitted });

  for (const each of [FIRST, SECOND]) {
    await hop.send(each);
    await safe.until(each.end.event);
  }

  assertEquals(safe.events, [FIRST.end.event, SECOND.end.event]);
  assertEquals(await folder.names(), ["checkpoint", "rejects.r1.partial"]);
});

Deno.test("aggregateService() does not call safe at the end what is not saved", async () => {
  await using folder = await tempFolder();
  await using stages = await serveOn(folder);
  const safe = safePlaces();
  const hop = await open(stages.aggregate, { onCommitted: safe.onCommitted });

  for (const each of [FIRST, SECOND, THIRD, LAST]) await hop.send(each);
  await hop.finish();

  // Were a stage to die now, the next stream would begin at the start.
  assertEquals(safe.events, []);
  assertEquals((await open(stages.aggregate)).resume.position, START);
});

Deno.test("aggregateService() fails when it cannot save, even while nothing comes", async () => {
  const full = new Fault("failed_precondition", "Cannot save: no space left");
  await using folder = await tempFolder();
  await using stages = await serveOn(folder, {
    checkpoints: {
      load: () => Promise.resolve(undefined),
      save: () => Promise.reject(full),
    },
  });
  const hop = await open(stages.aggregate);
  await hop.send({ ...FIRST, sync: true });

  const fault = await assertRejects(
    () => hop.guard(Promise.withResolvers().promise),
    Fault,
  );

  assertEquals([fault.code, fault.message], [full.code, full.message]);
});

Deno.test("aggregateService() refuses to go on from what other rules have counted", async () => {
  await using folder = await tempFolder();
  await using stages = await serveOn(folder);
  const safe = safePlaces();
  const hop = await open(stages.aggregate, { onCommitted: safe.onCommitted });
  await hop.send({ ...FIRST, sync: true });
  await safe.until(FIRST.end.event);

  const fault = await assertRejects(
    () => open(stages.aggregate, { schema: builtInSchema(["click", "view"]) }),
    Fault,
  );

  assertEquals(fault.code, "failed_precondition");
  assertEquals(
    fault.message,
    "Cannot go on from what was saved: it is of other types or rules",
  );
});

Deno.test("aggregateService() tells the results of one position between two batches, those of closed windows once", async () => {
  const schema = customSchema(["key"], {}, {
    windows: { sizeMs: 10, offsetMs: 0, allowedLatenessMs: 0 },
  });
  const told: string[] = [];
  const marks: PromiseWithResolvers<void>[] = [];
  const next = () => {
    const mark = Promise.withResolvers<void>();
    marks.push(mark);
    return mark.promise;
  };
  let mark = next();
  await using sink = await serveSink(async (stream) => {
    const inlet = await openInlet<ResultBatch__Output>(stream, "sink");
    inlet.resume(RESUME);
    for await (const received of inlet.batches(createMeter("sink"))) {
      const { end, results, interim, outcome } = received.batch;
      for (const { windowMs, count } of results) {
        told.push(`${end!.event}: window ${windowMs} has ${count}`);
      }
      if (interim) told.push(`${end!.event}: ${interim.closed} closed`);
      if (outcome) told.push("end");
      inlet.answer(received);
      if (!interim) continue;
      inlet.written(end!);
      marks.at(-1)!.resolve();
    }
    inlet.end({ name: "sink" });
  });
  await using aggregate = await serveAggregate(sink, { everyMs: 1 });
  const hop = await open(aggregate, { schema });
  const eventAt = (timeMs: number) => ({ keys: ['"k"'], values: [], timeMs });

  const first = batchOf(schema, [eventAt(1), eventAt(2), eventAt(12)]);
  await hop.send(first);
  await mark;
  mark = next();
  const second = batchOf(schema, [eventAt(13)], first.end.event);
  await hop.send(second);
  await mark;
  await hop.send(batchOf(schema, [], second.end.event));
  const { reports } = await hop.finish();

  assertEquals(told, [
    "3: window 0 has 2",
    "3: window 10 has 1",
    "3: 1 closed",
    "4: window 10 has 2",
    "4: 1 closed",
    "4: window 10 has 2",
    "end",
  ]);
  assertEquals(reports[0]?.eventsOut, 2);
});
