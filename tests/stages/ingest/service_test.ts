import {
  assertEquals,
  assertGreater,
  assertLess,
  assertRejects,
} from "@std/assert";
import {
  type Position,
  type RawBatch,
  START,
} from "../../../proto/pipeline/batches.ts";
import {
  IngestService,
  ParseService,
} from "../../../proto/pipeline/contract.ts";
import type { Progress__Output } from "../../../proto/types/pipeline/v1/Progress.ts";
import type { Receipt } from "../../../proto/types/pipeline/v1/Receipt.ts";
import type { RunRequest } from "../../../proto/types/pipeline/v1/RunRequest.ts";
import type { RunUpdate__Output } from "../../../proto/types/pipeline/v1/RunUpdate.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { faultOf } from "../../../runtime/rpc/status.ts";
import type { Connection } from "../../../runtime/rpc/connect.ts";
import { duplex, implement } from "../../../runtime/rpc/handlers.ts";
import type { MessageStream } from "../../../runtime/rpc/message_stream.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import {
  type Inlet,
  openInlet,
  type Received,
  receiving,
} from "../../../stages/hop/receiver.ts";
import { createSources } from "../../../stages/ingest/sources.ts";
import { ingestService } from "../../../stages/ingest/service.ts";
import { makePipe } from "../../support/programs.ts";
import { serveStage } from "../../support/stage_server.ts";
import { tempFolder } from "../../support/temp_folder.ts";

type ParseStream = MessageStream<Received<RawBatch>, Receipt>;

/** Where the event of this number begins, in an input of lines of two bytes. */
function at(event: number): Position {
  return { event, offset: event * 2, line: event };
}

/** An ingest stage over this input, before a parse stage of the test's. */
async function serveIngest(
  input: string,
  parse: (stream: ParseStream) => Promise<void>,
) {
  await using stack = new AsyncDisposableStack();
  const next = stack.use(
    await serveStage(
      "ParseService",
      implement({ Parse: receiving(ParseService.Parse) }, {
        Parse: duplex(parse),
      }),
    ),
  );
  const ingest = stack.use(
    await serveStage(
      "IngestService",
      ingestService({
        next: () => [next],
        sources: createSources([input], { maxLine: 1_024 }),
        maxLine: 1_024,
      }),
    ),
  );
  const moved = stack.move();
  return { ...ingest, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}

/** A folder with an input of so many events, and the stage over it. */
async function serveOver(
  events: number,
  parse: (stream: ParseStream) => Promise<void>,
) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const input = folder.file("events");
  await Deno.writeTextFile(input, "a\n".repeat(events));
  const ingest = stack.use(await serveIngest(input, parse));
  const moved = stack.move();
  return { ...ingest, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}

function ask(connection: Connection, request: Partial<RunRequest> = {}) {
  return connection.serverStream(IngestService.Run, {
    run: "r",
    batch: 2,
    ...request,
  });
}

/** Answers each batch, and ends as a whole chain does. */
async function answerAll(
  stream: ParseStream,
  from: Position,
  onBatch: (
    batch: RawBatch,
    inlet: Inlet<RawBatch>,
  ) => void | Promise<void> = () => {},
): Promise<void> {
  const inlet = await openInlet(stream, "parse");
  inlet.resume({ position: from, fields: [] });
  for await (const received of inlet.batches(createMeter("parse"))) {
    await onBatch(received.batch, inlet);
    inlet.answer(received);
  }
  inlet.end({ name: "parse" });
}

/** The first and the last event of a batch, as "0-2". */
function span({ begin, end }: RawBatch): string {
  return `${begin.event}-${end.event}`;
}

/** The events that are sent and committed, as "2/0". */
function figures({ sent, committed }: Progress__Output): string {
  return `${sent?.event}/${committed?.event}`;
}

/** Reads updates up to the end; the last one and how the run broke, if it did. */
async function readToEnd(
  updates: AsyncIterable<RunUpdate__Output>,
  onProgress: (progress: Progress__Output) => void = () => {},
) {
  let last: RunUpdate__Output | undefined;
  try {
    for await (const update of updates) {
      last = update;
      if (update.progress) onProgress(update.progress);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { last, fault: error };
  }
  return { last, fault: last?.broken ? faultOf(last.broken) : undefined };
}

Deno.test("ingestService() says where it begins, how far it is, and how it ended", async () => {
  const arrived: string[] = [];
  await using ingest = await serveOver(
    5,
    (stream) =>
      answerAll(stream, at(1), (batch) => void arrived.push(span(batch))),
  );

  const updates = await Array.fromAsync(ask(ingest));

  assertEquals(updates[0]?.opened, {
    sent: at(1),
    committed: at(1),
    inputBytes: 10,
    doneBytes: at(1).offset,
  });
  assertEquals(figures(updates.at(-2)!.progress!), "5/1");
  assertEquals(
    updates.at(-1)?.finished?.stages.map(({ name, eventsOut }) => [
      name,
      eventsOut,
    ]),
    [["ingest", 4], ["parse", 0]],
  );
  assertEquals(arrived, ["1-3", "3-5", "5-5"]);
});

Deno.test("ingestService() sends one batch at a time with care, each when the one before is saved", async () => {
  const arrived: string[] = [];
  const arrivedBeforeCommit: number[] = [];
  const told = new Map<number, PromiseWithResolvers<void>>();
  const toldOf = (event: number) => {
    const wait = told.get(event) ?? Promise.withResolvers<void>();
    told.set(event, wait);
    return wait;
  };
  await using ingest = await serveOver(
    12,
    (stream) =>
      answerAll(stream, START, (batch, inlet) => {
        arrived.push(`${span(batch)}${batch.sync ? " sync" : ""}`);
        if (!batch.sync) return;
        // Whoever asked hears that it is sent before it is saved.
        void toldOf(batch.end.event).promise.then(() => {
          arrivedBeforeCommit.push(arrived.length);
          inlet.committed({ position: batch.end });
        });
      }),
  );
  const progressOf = new Map<number, string>();

  const { last } = await readToEnd(
    // Up to the middle of event 6: the batch that holds it is the last of them.
    ask(ingest, { batch: 4, care: { batch: 2, until: 13 } }),
    (progress) => {
      const event = progress.sent!.event;
      if (!progressOf.has(event)) progressOf.set(event, figures(progress));
      toldOf(event).resolve();
    },
  );

  assertEquals(arrived, [
    "0-2 sync",
    "2-4 sync",
    "4-6 sync",
    "6-8 sync",
    "8-12",
    "12-12",
  ]);
  assertEquals(arrivedBeforeCommit, [1, 2, 3, 4]);
  assertEquals([...progressOf.values()], ["2/0", "4/2", "6/4", "8/6", "12/8"]);
  assertEquals(last?.finished?.stages.length, 2);
});

Deno.test("ingestService() says where it broke, though it had not told for long", async () => {
  await using ingest = await serveOver(
    50,
    (stream) =>
      answerAll(stream, START, ({ end }, inlet) => {
        if (end.event === 3) throw new Fault("unavailable", "rules is gone");
        inlet.committed({ position: end });
      }),
  );

  const { last, fault } = await readToEnd(
    ask(ingest, { care: { batch: 1, until: 100 } }),
  );

  assertEquals(fault?.code, "unavailable");
  assertEquals(last?.broken?.at, {
    sent: at(3),
    committed: at(2),
    inputBytes: 100,
    doneBytes: at(3).offset,
  });
});

Deno.test("ingestService() goes on where the chain says when a run is asked for again", async () => {
  const arrived: string[] = [];
  let streams = 0;
  await using ingest = await serveOver(
    6,
    (stream) =>
      answerAll(stream, at(streams++ === 0 ? 0 : 2), (batch) => {
        arrived.push(span(batch));
        if (streams === 1 && batch.end.event === 4) {
          throw new Fault("unavailable", "sink is gone");
        }
      }),
  );

  const broken = await readToEnd(ask(ingest));
  assertEquals(broken.fault?.code, "unavailable");
  arrived.length = 0;
  const { last } = await readToEnd(ask(ingest));

  assertEquals(last?.finished?.stages.length, 2);
  assertEquals(arrived, ["2-4", "4-6", "6-6"]);
});

Deno.test("ingestService() ends the run before when it is asked for again", async () => {
  let streams = 0;
  await using ingest = await serveOver(6, async (stream) => {
    if (streams++ > 0) return await answerAll(stream, START);
    (await openInlet(stream, "parse")).resume({ position: START, fields: [] });
    await Promise.withResolvers().promise; // as a stage that is frozen
  });
  const older = ask(ingest, { care: { batch: 1, until: 12 } });
  await older.next();
  const ended = readToEnd(older);

  const newer = await readToEnd(ask(ingest));

  assertEquals(newer.last?.finished?.stages.length, 2);
  assertEquals((await ended).fault?.code, "cancelled");
});

Deno.test("ingestService() refuses another run, and one without a name or a size", async () => {
  await using ingest = await serveOver(6, async (stream) => {
    (await openInlet(stream, "parse")).resume({ position: START, fields: [] });
    await Promise.withResolvers().promise;
  });
  const running = ask(ingest, { care: { batch: 1, until: 12 } });
  await running.next();

  const faults = await Promise.all(
    [{ run: "other" }, { run: "" }, { batch: 0 }].map((request) =>
      assertRejects(() => ask(ingest, request).next(), Fault)
    ),
  );

  assertEquals(faults.map(({ code, message }) => [code, message]), [
    [
      "failed_precondition",
      "Cannot start the run: another run is in progress",
    ],
    ["invalid", "Cannot start the run: it needs a name and a batch size"],
    ["invalid", "Cannot start the run: it needs a name and a batch size"],
  ]);
  await running.return?.();
});

Deno.test("ingestService() reads a pipe again from what is not saved", async () => {
  await using folder = await tempFolder();
  const pipe = makePipe(folder.file("pipe"));
  const arrived: string[] = [];
  let streams = 0;
  await using ingest = await serveIngest(
    pipe,
    (stream) =>
      answerAll(stream, at(streams++), ({ lines, end }, inlet) => {
        arrived.push(new TextDecoder().decode(lines));
        inlet.committed({ position: at(1) });
        if (streams === 1 && end.event === 2) {
          throw new Fault("unavailable", "parse is gone");
        }
      }),
  );

  const first = readToEnd(ask(ingest, { batch: 1 }));
  const writer = await Deno.open(pipe, { write: true });
  await writer.write(new TextEncoder().encode("a\nb\n"));
  // It waits for more, and hears of the break all the same.
  assertEquals((await first).fault?.code, "unavailable");
  assertEquals(arrived.splice(0), ["a\n", "b\n"]);
  await writer.write(new TextEncoder().encode("c\n"));
  writer.close();
  const { last } = await readToEnd(ask(ingest, { batch: 1 }));

  assertEquals(last?.finished?.stages.length, 2);
  assertEquals(arrived, ["b\n", "c\n", ""]);
});

Deno.test("ingestService() says how far it is before it waits for more", async () => {
  await using folder = await tempFolder();
  const pipe = makePipe(folder.file("pipe"));
  await using ingest = await serveIngest(
    pipe,
    (stream) => answerAll(stream, START),
  );

  const updates = ask(ingest, { batch: 1 });
  const writer = await Deno.open(pipe, { write: true });
  await updates.next(); // opened
  const told: string[] = [];
  for (const lines of ["a\n".repeat(100), "b\n", "c\n"]) {
    await writer.write(new TextEncoder().encode(lines));
    const { value } = await updates.next();
    told.push(figures(value.progress!));
  }
  writer.close();
  const { last } = await readToEnd(updates);

  assertEquals(told, ["100/0", "101/0", "102/0"]);
  assertEquals(last?.finished?.stages.length, 2);
});

Deno.test("ingestService() asks for a save once much of a pipe is kept for a break", async () => {
  const MIB = 1_048_576;
  await using folder = await tempFolder();
  const pipe = makePipe(folder.file("pipe"));
  const asked: number[] = [];
  await using ingest = await serveIngest(
    pipe,
    (stream) =>
      answerAll(stream, START, ({ begin, end, sync }, inlet) => {
        if (!sync) return;
        asked.push(begin.offset);
        inlet.committed({ position: end });
      }),
  );

  const run = readToEnd(ask(ingest, { batch: 1_000_000 }));
  const writer = await Deno.open(pipe, { write: true });
  const line = new TextEncoder().encode(`${"x".repeat(1_023)}\n`);
  const block = new Uint8Array(MIB);
  for (let offset = 0; offset < MIB; offset += 1_024) block.set(line, offset);
  for (let count = 0; count < 50; count++) {
    for (let offset = 0; offset < MIB;) {
      offset += await writer.write(block.subarray(offset));
    }
  }
  writer.close();
  const { last } = await run;

  assertEquals(last?.finished?.stages.length, 2);
  assertEquals(asked.length, 1);
  assertGreater(asked[0]!, 28 * MIB);
  assertLess(asked[0]!, 40 * MIB);
});
