import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  type EventBatch,
  type RawBatch,
  START,
} from "../../../proto/pipeline/batches.ts";
import {
  ParseService,
  RulesService,
} from "../../../proto/pipeline/contract.ts";
import type { Receipt } from "../../../proto/types/pipeline/v1/Receipt.ts";
import { aborted } from "../../../runtime/program/abort.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { connect, type Connection } from "../../../runtime/rpc/connect.ts";
import { type Call, duplex, implement } from "../../../runtime/rpc/handlers.ts";
import { HealthService } from "../../../runtime/rpc/health.ts";
import type { MessageStream } from "../../../runtime/rpc/message_stream.ts";
import { serve } from "../../../runtime/rpc/serve.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import {
  openInlet,
  type Received,
  receiving,
} from "../../../stages/hop/receiver.ts";
import { openHop } from "../../../stages/hop/sender.ts";
import { WINDOW } from "../../../stages/hop/window.ts";
import { createParse } from "../../../stages/parse/parse.ts";
import { parseService } from "../../../stages/parse/service.ts";
import { rawBatch } from "../../support/raw_batch.ts";
import { OPENING, RESUME, serveStage } from "../../support/stage_server.ts";
import { freeAddress } from "../../support/free_ports.ts";

const LINE =
  '{"ts":"2026-01-01T00:00:00Z","type":"click","user":"u","value":5}\n';

/** Batch number `index` of an input of equal lines. */
function batchAt(index: number, line = LINE): RawBatch {
  return rawBatch(line, {
    event: index,
    offset: index * line.length,
    line: index,
  });
}

type RulesStream = MessageStream<Received<EventBatch>, Receipt>;

/** Serves a rules stage that does what the test says. */
function serveRules(
  apply: (stream: RulesStream, call: Call) => Promise<void>,
) {
  return serveStage("RulesService", rulesImplementation(apply));
}

function rulesImplementation(
  apply: (stream: RulesStream, call: Call) => Promise<void>,
) {
  return implement({ Apply: receiving(RulesService.Apply) }, {
    Apply: duplex(apply),
  });
}

/** Serves a parse stage, which is a relay, before `next`. */
function serveParse(next: Connection) {
  return serveStage(
    "ParseService",
    parseService({ parse: createParse, next: () => [next] }),
  );
}

/** Opens a stream to the parse stage, as ingest does. */
function open(
  connection: Connection,
  signal = new AbortController().signal,
) {
  return openHop<RawBatch>({
    connection,
    method: ParseService.Parse,
    opening: { ...rawBatch(""), opening: OPENING },
    meter: createMeter("ingest"),
    signal,
  });
}

/** Reads the stream and answers, as a stage of its own would. */
async function consume(stream: RulesStream): Promise<EventBatch[]> {
  const batches: EventBatch[] = [];
  const inlet = await openInlet(stream, "rules");
  inlet.resume({
    position: START,
    fields: [{ path: ["user"], isTime: false }],
  });
  for await (const received of inlet.batches(createMeter("rules"))) {
    batches.push(received.batch);
    inlet.answer(received);
  }
  inlet.committed({ position: batches.at(-1)?.end ?? START });
  inlet.end({ name: "rules" }, {
    totals: { events: batches.length, rejected: 0, filtered: 0 },
    reports: [{ name: "aggregate" }],
  });
  return batches;
}

Deno.test("relay() opens the next stage first, and passes batches and reports on", async () => {
  let opening: unknown;
  let arrived: EventBatch[] = [];
  await using rules = await serveRules(async (stream) => {
    const first = await stream.incoming.next();
    opening = first.value.batch.opening;
    arrived = await consume({
      ...stream,
      incoming: prepend(first.value, stream.incoming),
    });
  });
  await using parse = await serveParse(rules);

  const hop = await open(parse);
  for (let index = 0; index < 200; index++) await hop.send(batchAt(index));
  const { totals, reports } = await hop.finish();

  assertEquals(opening, OPENING);
  assertEquals(hop.resume.position, START);
  assertEquals(
    arrived.map(({ begin, values }) => [begin.event, ...values[0]!.value]),
    Array.from({ length: 200 }, (_, index) => [index, 5]),
  );
  assertEquals(arrived[0]?.columns.map(({ dictionary }) => dictionary), [
    ["null", '"u"'],
  ]);
  assertEquals(totals, { events: 200, rejected: 0, filtered: 0 });
  assertEquals(
    reports.map(({ name, batches, eventsIn, eventsOut }) => [
      name,
      batches,
      eventsIn,
      eventsOut,
    ]),
    [["parse", 200, 200, 200], ["rules", 0, 0, 0], ["aggregate", 0, 0, 0]],
  );
});

async function* prepend<T>(
  first: T,
  rest: AsyncIterable<T>,
): AsyncIterableIterator<T> {
  yield first;
  yield* rest;
}

Deno.test("relay() passes on when events came", async () => {
  let arrived: EventBatch[] = [];
  await using rules = await serveRules(async (stream) => {
    arrived = await consume(stream);
  });
  await using parse = await serveParse(rules);

  const hop = await open(parse);
  await hop.send({ ...batchAt(0), firstMs: 1.5, lastMs: 2.5 });
  await hop.send(batchAt(1));
  await hop.finish();

  assertEquals(
    arrived.map(({ firstMs, lastMs }) => [firstMs, lastMs]),
    [[1.5, 2.5], [undefined, undefined]],
  );
});

Deno.test("relay() passes on what is to be saved, and back what is", async () => {
  await using rules = await serveRules(async (stream) => {
    const inlet = await openInlet(stream, "rules");
    inlet.resume(RESUME);
    for await (const { batch } of inlet.batches(createMeter("rules"))) {
      if (batch.sync) inlet.committed({ position: batch.end });
    }
    inlet.end({ name: "rules" });
  });
  await using parse = await serveParse(rules);
  const safe: (number | undefined)[] = [];

  const hop = await openHop<RawBatch>({
    connection: parse,
    method: ParseService.Parse,
    opening: { ...rawBatch(""), opening: OPENING },
    meter: createMeter("ingest"),
    signal: new AbortController().signal,
    onCommitted: ({ position }) => safe.push(position?.event),
  });
  for (let index = 0; index < 6; index++) {
    await hop.send({ ...batchAt(index), sync: index % 2 === 1 });
  }
  await hop.finish();

  assertEquals(safe, [2, 4, 6]);
});

Deno.test("relay() keeps to the window where the next stage does not answer", async () => {
  const full = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  let arrived = 0;
  let arrivedBeforeGo = 0;
  await using rules = await serveRules(async (stream) => {
    const inlet = await openInlet(stream, "rules");
    inlet.resume(RESUME);
    const unanswered: Received<EventBatch>[] = [];
    for await (const received of inlet.batches(createMeter("rules"))) {
      arrived++;
      unanswered.push(received);
      if (arrived < WINDOW.batches) continue;
      full.resolve();
      await go.promise;
      for (const each of unanswered.splice(0)) inlet.answer(each);
    }
    inlet.end({ name: "rules" });
  });
  await using parse = await serveParse(rules);

  const hop = await open(parse);
  let sent = 0;
  const sending = (async () => {
    for (; sent < 1_000; sent++) await hop.send(batchAt(sent));
    await hop.finish();
  })();
  await full.promise;
  arrivedBeforeGo = arrived;
  const sentBeforeGo = sent;
  go.resolve();
  await sending;

  const { batches } = WINDOW;
  assertEquals(arrivedBeforeGo, batches);
  // Those that rules has, one that parse holds, and those on their way to it.
  assert(sentBeforeGo <= batches + 1 + batches, `${sentBeforeGo} sent`);
  assertEquals(arrived, 1_000);
});

Deno.test("relay() gets batches through that are larger than the window", async () => {
  const sizes: number[] = [];
  await using rules = await serveRules(async (stream) => {
    const batches = await consume(stream);
    sizes.push(
      ...batches.map(({ columns }) => columns[0]!.dictionary.at(-1)!.length),
    );
  });
  await using parse = await serveParse(rules);
  const user = "x".repeat(5_000_000);
  const large = LINE.replace('"u"', `"${user}"`);

  const hop = await open(parse);
  let { end } = rawBatch("");
  for (const line of [LINE, large, LINE, large, large]) {
    const batch = rawBatch(line, end);
    await hop.send(batch);
    end = batch.end;
  }
  await hop.finish();

  assertEquals(sizes, [3, 5_000_002, 3, 5_000_002, 5_000_002]);
});

const DISK_FULL = new Fault("failed_precondition", "The disk is full");

Deno.test("relay() passes a failure of the next stage's opening to the left", async () => {
  await using rules = await serveRules(() => Promise.reject(DISK_FULL));
  await using parse = await serveParse(rules);

  const fault = await assertRejects(() => open(parse), Fault);

  assertEquals([fault.code, fault.message], [
    DISK_FULL.code,
    DISK_FULL.message,
  ]);
});

Deno.test("relay() passes a later failure to the left, even while nothing is sent", async () => {
  const fail = Promise.withResolvers<void>();
  await using rules = await serveRules(async (stream) => {
    (await openInlet(stream, "rules")).resume(RESUME);
    await fail.promise;
    throw DISK_FULL;
  });
  await using parse = await serveParse(rules);
  const hop = await open(parse);

  const idle = hop.guard(Promise.withResolvers().promise);
  fail.resolve();
  const fault = await assertRejects(() => idle, Fault);

  assertEquals([fault.code, fault.message], [
    DISK_FULL.code,
    DISK_FULL.message,
  ]);
});

Deno.test("relay() waits for a next stage that is being started", async () => {
  const address = freeAddress();
  using next = disposable(connect(address, { name: "rules" }));
  await using parse = await serveParse(next);

  const opening = open(parse);
  await assertRejects(() => next.unary(HealthService.Check, {}), Fault);
  const { stop } = await serve({
    address,
    services: {
      "pipeline.v1.RulesService": rulesImplementation(async (stream) => {
        await consume(stream);
      }),
    },
  });
  await using _served = { [Symbol.asyncDispose]: () => stop(0) };
  const hop = await opening;
  await hop.send(batchAt(0));
  const { totals } = await hop.finish();

  assertEquals(totals?.events, 1);
});

Deno.test("relay() waits no longer than its caller does", async () => {
  using next = disposable(connect(freeAddress(), { name: "rules" }));
  await using parse = await serveParse(next);
  const leaving = new AbortController();

  const opening = open(parse, leaving.signal);
  await assertRejects(() => next.unary(HealthService.Check, {}), Fault);
  leaving.abort();

  const fault = await assertRejects(() => opening, Fault);
  assertEquals(fault.code, "cancelled");
});

function disposable(connection: Connection): Connection & Disposable {
  return { ...connection, [Symbol.dispose]: connection.close };
}

Deno.test("relay() fails where the next stage ends before it has got everything", async () => {
  await using rules = await serveRules(async (stream) => {
    const inlet = await openInlet(stream, "rules");
    inlet.resume(RESUME);
    inlet.end({ name: "rules" });
  });
  await using parse = await serveParse(rules);
  const hop = await open(parse);

  const fault = await assertRejects(
    () => hop.guard(Promise.withResolvers().promise),
    Fault,
  );

  assertEquals(fault.code, "unavailable");
  assertStringIncludes(fault.message, "ended before all was sent");
});

Deno.test("relay() cancels the next stage when the one before it goes away", async () => {
  const opened = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  await using rules = await serveRules(async (stream, { signal }) => {
    (await openInlet(stream, "rules")).resume(RESUME);
    opened.resolve();
    await aborted(signal);
    cancelled.resolve();
  });
  await using parse = await serveParse(rules);
  const leaving = new AbortController();
  const hop = await open(parse, leaving.signal);
  await hop.send(batchAt(0));
  await opened.promise;

  leaving.abort();

  await cancelled.promise;
  const fault = await assertRejects(() => hop.finish(), Fault);
  assertEquals(fault.code, "cancelled");
});

Deno.test("relay() cancels the next stage even while that keeps it waiting", async () => {
  const full = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  await using rules = await serveRules(async (stream, { signal }) => {
    const inlet = await openInlet(stream, "rules");
    inlet.resume(RESUME);
    let arrived = 0;
    for await (const _received of inlet.batches(createMeter("rules"))) {
      if (++arrived === WINDOW.batches) break;
    }
    full.resolve();
    await aborted(signal);
    cancelled.resolve();
  });
  await using parse = await serveParse(rules);
  const leaving = new AbortController();
  const hop = await open(parse, leaving.signal);
  const sending = (async () => {
    for (let index = 0;; index++) await hop.send(batchAt(index));
  })();
  const ended = assertRejects(() => sending, Fault);
  await full.promise;

  leaving.abort();

  await cancelled.promise;
  assertEquals((await ended).code, "cancelled");
});

Deno.test("relay() refuses a stream without an opening, and one with a gap", async () => {
  const ends: Promise<unknown>[] = [];
  await using rules = await serveRules((stream) => {
    const consumed = consume(stream);
    ends.push(consumed.catch((fault) => fault.code));
    return consumed.then(() => {});
  });
  await using parse = await serveParse(rules);

  const unopened = await assertRejects(
    () =>
      openHop<RawBatch>({
        connection: parse,
        method: ParseService.Parse,
        opening: batchAt(0),
        meter: createMeter("ingest"),
        signal: new AbortController().signal,
      }),
    Fault,
  );
  const hop = await open(parse);
  await hop.send(batchAt(1));
  const gap = await assertRejects(() => hop.finish(), Fault);

  assertEquals([unopened.code, gap.code], ["invalid", "invalid"]);
  assertStringIncludes(gap.message, "Cannot take the batch from event 1");
  assertEquals(await Promise.all(ends), ["cancelled"]);
});
