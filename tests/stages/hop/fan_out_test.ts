import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  type Opening,
  type RawBatch,
  START,
} from "../../../proto/pipeline/batches.ts";
import { ParseService } from "../../../proto/pipeline/contract.ts";
import type { Receipt } from "../../../proto/types/pipeline/v1/Receipt.ts";
import { abortOnDispose } from "../../../runtime/program/abort.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import type { Connection } from "../../../runtime/rpc/connect.ts";
import { duplex, implement } from "../../../runtime/rpc/handlers.ts";
import type { MessageStream } from "../../../runtime/rpc/message_stream.ts";
import {
  latestReports,
  openHops,
  splitLane,
} from "../../../stages/hop/fan_out.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import {
  type Inlet,
  openInlet,
  type Received,
  receiving,
} from "../../../stages/hop/receiver.ts";
import { WINDOW } from "../../../stages/hop/window.ts";
import { rawBatch } from "../../support/raw_batch.ts";
import { OPENING, RESUME, serveStage } from "../../support/stage_server.ts";

type Serve = (
  inlet: Inlet<RawBatch>,
  stream: MessageStream<Received<RawBatch>, Receipt>,
) => Promise<void>;

/** Serves a parse stage that does what the test says. */
function serveParse(serve: Serve) {
  return serveStage(
    "ParseService",
    implement({ Parse: receiving(ParseService.Parse) }, {
      Parse: duplex(async (stream) => {
        await serve(await openInlet<RawBatch>(stream, "parse"), stream);
      }),
    }),
  );
}

/** Batch number `index`; an empty one is the end. */
function batchAt(index: number, text = "?\n"): RawBatch {
  return rawBatch(text, { event: index, offset: index * 2, line: index });
}

function open(
  connections: readonly Connection[],
  signal: AbortSignal,
  onCommitted?: (event: number | undefined) => void,
) {
  return openHops<RawBatch>({
    connections,
    method: ParseService.Parse,
    opening: { ...rawBatch(""), opening: OPENING },
    meter: createMeter("ingest"),
    signal,
    ...(onCommitted
      ? { onCommitted: ({ position }) => onCommitted(position?.event) }
      : {}),
  });
}

Deno.test("openHops() hands batches out in turn, the end to all, and gives one ending", async () => {
  const taken: number[][] = [[], [], []];
  const openings: Opening[] = [];
  const serveOne = (worker: number): Serve => async (inlet) => {
    openings[worker] = inlet.opening;
    inlet.resume(RESUME);
    const meter = createMeter("parse", worker + 1);
    for await (const received of inlet.batches(meter)) {
      taken[worker]!.push(received.batch.begin.event);
      inlet.answer(received);
    }
    inlet.committed({ position: { event: worker, offset: 0, line: 0 } });
    inlet.end(meter.report(), {
      totals: { events: 7, rejected: 0, filtered: 0 },
      reports: [{ name: "sink", cpuMs: 10 + worker }],
    });
  };
  await using one = await serveParse(serveOne(0));
  await using two = await serveParse(serveOne(1));
  await using three = await serveParse(serveOne(2));
  using over = abortOnDispose();
  const safe: unknown[] = [];

  const hop = await open(
    [one, two, three],
    over.signal,
    (event) => safe.push(event),
  );
  for (let index = 0; index < 7; index++) await hop.send(batchAt(index));
  await hop.send(batchAt(7, ""));
  const { totals, reports } = await hop.finish();

  assertEquals(hop.resume.position, START);
  assertEquals(taken, [[0, 3, 6, 7], [1, 4, 7], [2, 5, 7]]);
  const [{ lane }] = openings as [Opening];
  assertMatch(lane!.opening, /^[0-9a-f-]{36}$/);
  assertEquals(
    openings.map(({ lane }) => lane),
    [0, 1, 2].map((index) => ({ ...lane!, index, count: 3 })),
  );
  // What is safe comes by the first, so that it comes in order.
  assertEquals(safe, [0]);
  assertEquals(totals, { events: 7, rejected: 0, filtered: 0 });
  assertEquals(
    reports.map(({ name, worker, batches, cpuMs }) =>
      name === "sink" ? [name, cpuMs] : [name, worker, batches]
    ),
    [["parse", 1, 3], ["sink", 12], ["parse", 2, 2], ["parse", 3, 2]],
  );
});

Deno.test("send() hears of every stream that fails, also where one fails at once", async () => {
  const breaks: ((reason: Error) => void)[] = [];
  /** A stream that answers its opening, and then nothing. */
  const connection = () => {
    const { promise, reject } = Promise.withResolvers<never>();
    breaks.push(reject);
    promise.catch(() => {});
    let opened = false;
    const incoming = {
      next: () => {
        if (opened) return promise;
        opened = true;
        return Promise.resolve({ done: false, value: { resume: RESUME } });
      },
      [Symbol.asyncIterator]: () => incoming,
    };
    const stream = { incoming, send: () => {}, end: () => {} };
    return { peer: "parse", duplex: () => stream } as unknown as Connection;
  };
  const hop = await openHops<RawBatch>({
    connections: [connection(), connection()],
    method: ParseService.Parse,
    opening: { ...rawBatch(""), opening: OPENING },
    window: { batches: 4, bytes: 1_000_000 },
    meter: createMeter("ingest"),
    signal: new AbortController().signal,
  });
  for (let index = 0; index < 7; index++) await hop.send(batchAt(index));

  breaks[1]!(new Fault("unavailable", "the second is gone"));
  await new Promise((resolve) => setTimeout(resolve));
  const ending = hop.send(batchAt(7, ""));
  await assertRejects(async () => await ending, Fault, "the second is gone");
  breaks[0]!(new Fault("unavailable", "the first is gone"));
  // A failure that nobody hears of would end the process.
  await new Promise((resolve) => setTimeout(resolve, 10));
});

Deno.test("openHops() to one process is a stream of no lanes", async () => {
  let opening: Opening | undefined;
  await using only = await serveParse(async (inlet, { incoming }) => {
    opening = inlet.opening;
    inlet.resume(RESUME);
    await incoming.next();
    inlet.end({ name: "parse" });
  });
  using over = abortOnDispose();

  const hop = await open([only], over.signal);
  await hop.finish();

  assertEquals(opening, OPENING);
});

Deno.test("openHops() fails where one of the processes does not open", async () => {
  await using one = await serveParse(async (inlet, { incoming }) => {
    inlet.resume(RESUME);
    await incoming.next();
  });
  await using two = await serveParse(() =>
    Promise.reject(new Fault("failed_precondition", "no rules"))
  );
  using over = abortOnDispose();

  await assertRejects(() => open([one, two], over.signal), Fault, "no rules");
});

Deno.test("openHops() fails of one process even while another keeps it waiting", async () => {
  const fail = Promise.withResolvers<void>();
  await using silent = await serveParse(async (inlet, { incoming }) => {
    inlet.resume(RESUME);
    for await (const _batch of incoming);
  });
  await using failing = await serveParse(async (inlet) => {
    inlet.resume(RESUME);
    await fail.promise;
    throw new Fault("unavailable", "parse.2 is gone");
  });
  using over = abortOnDispose();
  const hop = await open([silent, failing], over.signal);
  let sent = 0;
  const sending = assertRejects(
    async () => {
      // Neither answers: both windows are full in the end.
      for (;; sent++) await hop.send(batchAt(sent));
    },
    Fault,
    "parse.2 is gone",
  );
  while (sent < 2 * WINDOW.batches) {
    await new Promise((resolve) => setTimeout(resolve));
  }

  fail.resolve();

  await sending;
  assertEquals(sent, 2 * WINDOW.batches);
  await assertRejects(
    () => hop.guard(new Promise(() => {})),
    Fault,
    "parse.2 is gone",
  );
});

Deno.test("splitLane() divides what is divided already", () => {
  const [first, second] = splitLane(null, 2);
  const parts = [first!, second!].flatMap((lane) => splitLane(lane, 3));

  assertEquals(
    parts,
    [0, 1, 2, 3, 4, 5].map((index) => ({
      opening: first!.opening,
      index,
      count: 6,
    })),
  );
});

Deno.test("latestReports() keeps of each process what it said last", () => {
  const reports = [
    { name: "rules", worker: 1, cpuMs: 5 },
    { name: "sink", cpuMs: 2 },
    { name: "rules", worker: 2, cpuMs: 7 },
    { name: "rules", worker: 1, cpuMs: 6 },
    { name: "sink", cpuMs: 1 },
  ];

  assertEquals(latestReports(reports), [
    { name: "rules", worker: 1, cpuMs: 6 },
    { name: "sink", cpuMs: 2 },
    { name: "rules", worker: 2, cpuMs: 7 },
  ]);
});
