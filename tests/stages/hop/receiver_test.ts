import {
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  type Opening,
  type Position,
  type RawBatch,
  START,
} from "../../../proto/pipeline/batches.ts";
import { encodeRawBatch } from "../../../proto/pipeline/codec.ts";
import { ParseService } from "../../../proto/pipeline/contract.ts";
import type { Receipt } from "../../../proto/types/pipeline/v1/Receipt.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import {
  countArrival,
  countDone,
  openInlet,
  type Received,
  receiving,
} from "../../../stages/hop/receiver.ts";
import { rawBatch } from "../../support/raw_batch.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";

const OPENING: Opening = {
  run: "r1",
  windowBatches: 8,
  windowBytes: 1_000,
  schema: builtInSchema([]),
  tags: [],
  protocol: 1,
  next: [],
};

function at(event: number): Position {
  return { event, offset: event * 2, line: event };
}

/** Batch number `index`, of one event. */
function batchAt(index: number): RawBatch {
  return { ...rawBatch("?\n"), begin: at(index), end: at(index + 1) };
}

function received(batch: RawBatch, bytes = 10): Received<RawBatch> {
  return { batch, bytes, timed: { arrivedMs: 0, decodeMs: 2, batches: 1 } };
}

/** A stream that holds these batches; says what is sent back. */
function createStream(batches: RawBatch[], bytes?: number) {
  const sent: Receipt[] = [];
  const messages = (async function* () {
    for (const batch of batches) yield received(batch, bytes);
  })();
  return {
    sent,
    stream: {
      incoming: messages as AsyncIterableIterator<Received<RawBatch>>,
      send: (receipt: Receipt) => void sent.push(receipt),
      end: () => {},
    },
  };
}

const OPEN: RawBatch = { ...rawBatch(""), opening: OPENING };

for (
  const [what, batches] of Object.entries({
    "that ends at once": [],
    "that begins with a batch": [batchAt(0)],
    "that names no run": [{ ...OPEN, opening: { ...OPENING, run: "" } }],
  })
) {
  Deno.test(`openInlet() refuses a stream ${what}`, async () => {
    const { stream } = createStream(batches);

    const fault = await assertRejects(() => openInlet(stream, "sink"), Fault);

    assertEquals(fault.code, "invalid");
    assertEquals(
      fault.message,
      "Cannot read the stream: its first message is no opening that names a run",
    );
  });
}

/** Reads a stream to its end; returns the receipts. */
async function readAll(
  batches: RawBatch[],
  { from = START as Position | null, bytes = 10 } = {},
) {
  const { stream, sent } = createStream([OPEN, ...batches], bytes);
  const meter = createMeter("parse");
  const inlet = await openInlet(stream, "sink");
  inlet.resume({ position: from, fields: [] });
  for await (const each of inlet.batches(meter)) inlet.answer(each);
  return { sent, meter: meter.report(), opening: inlet.opening };
}

Deno.test("openInlet() takes batches that follow one another from the resume on", async () => {
  const { sent, meter, opening } = await readAll([batchAt(3), batchAt(4)], {
    from: at(3),
  });

  assertEquals(opening, OPENING);
  assertEquals(sent, [
    { resume: { position: at(3), fields: [] } },
    { credit: { batches: 2, bytes: 20 } },
  ]);
  assertEquals([meter.batches, meter.bytesIn, meter.codecMs], [2, 20, 4]);
});

Deno.test("batches() passes the empty last batch on and does not count it", async () => {
  const { sent, meter } = await readAll([
    batchAt(0),
    { ...rawBatch(""), begin: at(1), end: at(1) },
  ]);

  assertEquals(sent.at(-1), { credit: { batches: 2, bytes: 20 } });
  assertEquals(meter.batches, 1);
});

Deno.test("batches() of a lane may leave out what is on others, and not go back", async () => {
  const lane = { opening: "o1", index: 0, count: 2 };
  const open = { ...rawBatch(""), opening: { ...OPENING, lane } };
  const { stream } = createStream([open, ...[1, 4, 5, 3].map(batchAt)]);
  const inlet = await openInlet(stream, "sink");
  inlet.resume({ position: at(1), fields: [] });
  const taken: number[] = [];

  const fault = await assertRejects(async () => {
    for await (const { batch } of inlet.batches(createMeter("parse"))) {
      taken.push(batch.begin.event);
    }
  }, Fault);

  assertEquals(taken, [1, 4, 5]);
  assertEquals(
    fault.message,
    "Cannot take the batch from event 3, offset 6: the one before it ended at event 6, offset 12",
  );
});

const GAPS: Record<string, [batches: RawBatch[], message: string]> = {
  "the first is not where the resume is": [
    [batchAt(1)],
    "Cannot take the batch from event 1, offset 2: the one before it ended at event 0, offset 0",
  ],
  "one is missing": [
    [batchAt(0), batchAt(2)],
    "Cannot take the batch from event 2, offset 4: the one before it ended at event 1, offset 2",
  ],
  "one comes twice": [
    [batchAt(0), batchAt(0)],
    "Cannot take the batch from event 0, offset 0: the one before it ended at event 1, offset 2",
  ],
  "only the offset differs": [
    [{ ...batchAt(0), begin: { ...START, offset: 1 } }],
    "Cannot take the batch from event 0, offset 1: the one before it ended at event 0, offset 0",
  ],
};

for (const [what, [batches, message]] of Object.entries(GAPS)) {
  Deno.test(`batches() refuses batches where ${what}`, async () => {
    const fault = await assertRejects(() => readAll(batches), Fault);

    assertEquals(fault.code, "invalid");
    assertEquals(fault.message, message);
  });
}

Deno.test("batches() takes nothing before it has said where to send from", async () => {
  await assertRejects(
    () => readAll([batchAt(0)], { from: null }),
    Fault,
    "Cannot take the batch from event 0, offset 0: the one before it ended at nowhere",
  );
});

Deno.test("answer() answers each quarter of the window", async () => {
  const batches = Array.from({ length: 5 }, (_, index) => batchAt(index));

  const byBatches = await readAll(batches);
  const byBytes = await readAll(batches, { bytes: 250 });

  const credits = ({ sent }: { sent: Receipt[] }) =>
    sent.flatMap(({ credit }) => credit ? [credit] : []);
  assertEquals(credits(byBatches), [
    { batches: 2, bytes: 20 },
    { batches: 2, bytes: 20 },
  ]);
  assertEquals(credits(byBytes), Array(5).fill({ batches: 1, bytes: 250 }));
});

Deno.test("end() sends the totals and its own report before those behind it", async () => {
  const { stream, sent } = createStream([OPEN]);
  const inlet = await openInlet(stream, "sink");
  const totals = { events: 1, rejected: 0, filtered: 0 };

  const committed = { position: at(5), kept: { bytes: 7, file: "1:2" } };
  inlet.committed(committed);
  inlet.end({ name: "rules" }, {
    totals,
    reports: [{ name: "aggregate" }, { name: "sink" }],
  });

  assertEquals(sent, [
    { committed },
    { totals },
    { report: { name: "rules" } },
    { report: { name: "aggregate" } },
    { report: { name: "sink" } },
  ]);
});

Deno.test("end() sends its own report where nothing is behind it", async () => {
  const { stream, sent } = createStream([OPEN]);

  (await openInlet(stream, "sink")).end({ name: "sink" });

  assertEquals(sent, [{ report: { name: "sink" } }]);
});

Deno.test("a batch whose times were looked at stands for those before it", () => {
  const meter = createMeter("parse");
  const timed = { arrivedMs: performance.now() - 50, decodeMs: 0.1 };

  countArrival(meter, {
    ...received(batchAt(0)),
    timed: { ...timed, batches: 11 },
  });
  countDone(meter, {
    ...received(batchAt(0)),
    timed: { ...timed, batches: 11 },
  });
  const later = { arrivedMs: performance.now() - 1_000, decodeMs: 0.1 };
  countDone(meter, {
    ...received(batchAt(1)),
    timed: { ...later, batches: 1 },
  });

  const { codecMs, batchLatency } = meter.report();
  assertAlmostEquals(Number(codecMs), 1.1, 1e-9);
  assertAlmostEquals(Number(batchLatency!.p50Ms), 50, 30);
});

Deno.test("take() refuses a batch that does not follow, as next() does", async () => {
  const { stream } = createStream([OPEN]);
  const inlet = await openInlet({
    ...stream,
    incoming: {
      ...stream.incoming,
      [Symbol.asyncIterator]: () => stream.incoming,
      next: () => stream.incoming.next(),
      take: () => received(batchAt(4)),
    },
  }, "sink");
  inlet.resume({ position: at(3), fields: [] });

  const fault = assertThrows(
    () => inlet.batches(createMeter("parse")).take!(),
    Fault,
  );

  assertEquals(fault.code, "invalid");
});

Deno.test("receiving() measures each batch as it is decoded", () => {
  const bytes = encodeRawBatch(batchAt(3));

  const each = receiving(ParseService.Parse).requestDeserialize(bytes);

  assertEquals(each.bytes, bytes.length);
  assertEquals(each.batch.begin, at(3));
  assertEquals(
    [
      each.timed!.arrivedMs <= performance.now(),
      each.timed!.decodeMs >= 0,
      each.timed!.batches,
    ],
    [true, true, 1],
  );
});
