import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { START } from "../../../proto/pipeline/batches.ts";
import {
  createMessageMemory,
  type MessageMemory,
} from "../../../proto/message_memory.ts";
import type { Receipt__Output } from "../../../proto/types/pipeline/v1/Receipt.ts";
import type { StageReport__Output } from "../../../proto/types/pipeline/v1/StageReport.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import {
  type Hop,
  type HopOptions,
  openHop,
} from "../../../stages/hop/sender.ts";

const MIB = 1_048_576;
const RESUME = {
  position: START,
  fields: [{ path: ["user"], isTime: false }],
};

/** A next stage that says what the test says. Its batches are plain bytes. */
function createNextStage() {
  const sent: Buffer[] = [];
  let ended = false;
  let controller!: ReadableStreamDefaultController<Receipt__Output>;
  const receipts = new ReadableStream<Receipt__Output>({
    start: (given) => void (controller = given),
  });
  const options: HopOptions<Buffer> = {
    connection: {
      peer: "rules at 127.0.0.1:1",
      duplex: () => ({
        incoming: receipts[Symbol.asyncIterator]() as never,
        send: (message) => void sent.push(message as Buffer),
        end: () => void (ended = true),
      }),
    },
    method: {
      path: "/test",
      requestSerialize: (batch) => Buffer.from(batch),
      responseDeserialize: () => ({}),
    },
    opening: Buffer.from("opening"),
    meter: createMeter("parse"),
    signal: new AbortController().signal,
  };
  return {
    options,
    sent,
    isEnded: () => ended,
    say: (receipt: Receipt__Output) => controller.enqueue(receipt),
    end: () => controller.close(),
    fail: (fault: Fault) => controller.error(fault),
  };
}

/** Opens a stream to it. */
async function open(options: Partial<HopOptions<Buffer>> = {}) {
  const next = createNextStage();
  next.say({ resume: RESUME });
  const hop = await openHop({ ...next.options, ...options });
  return { hop, next };
}

async function sendMany(hop: Hop<Buffer>, sizes: number[]): Promise<void> {
  for (const size of sizes) await hop.send(Buffer.alloc(size));
}

const REPORT = { name: "rules" } as StageReport__Output;

Deno.test("openHop() sends the opening and waits for the resume", async () => {
  const next = createNextStage();

  const opening = openHop(next.options);
  assertEquals(next.sent, [Buffer.from("opening")]);
  next.say({ resume: RESUME });
  const hop = await opening;

  assertStrictEquals(hop.resume, RESUME);
});

Deno.test("send() has a batch encoded where the stream has room for it", async () => {
  const next = createNextStage();
  const rooms: unknown[] = [];
  const { connection, method } = next.options;
  const offered: { room?: MessageMemory } = {};
  next.say({ resume: RESUME });
  const hop = await openHop({
    ...next.options,
    connection: {
      ...connection,
      duplex: (...args) =>
        Object.defineProperty(connection.duplex(...args), "room", {
          get: () => offered.room,
        }) as never,
    },
    method: {
      ...method,
      requestSerialize: (batch, given) => {
        rooms.push(given);
        return method.requestSerialize(batch);
      },
    },
  });

  offered.room = createMessageMemory(1_000);
  await hop.send(Buffer.alloc(1));

  assertEquals(rooms, [undefined, offered.room]);
});

Deno.test("openHop() fails with what the stream fails with", async () => {
  const next = createNextStage();
  const fault = new Fault("unavailable", "Cannot reach rules");
  next.fail(fault);

  assertStrictEquals(
    await assertRejects(() => openHop(next.options)),
    fault,
  );
});

for (
  const [what, say, code, how] of [
    [
      "ends",
      (next) => next.end(),
      "unavailable",
      "ended before it began",
    ],
    [
      "begins with a credit",
      (next) => next.say({ credit: { batches: 1, bytes: 1 } }),
      "internal",
      "did not begin with a resume",
    ],
  ] as [
    string,
    (next: ReturnType<typeof createNextStage>) => void,
    string,
    string,
  ][]
) {
  Deno.test(`openHop() refuses a stream that ${what} before a resume`, async () => {
    const next = createNextStage();
    say(next);

    const fault = await assertRejects(() => openHop(next.options), Fault);

    assertEquals(fault.code, code);
    assertEquals(
      fault.message,
      `The stream to rules at 127.0.0.1:1 ${how}`,
    );
  });
}

Deno.test("send() stops at 256 batches until some are answered", async () => {
  const { hop, next } = await open();

  await sendMany(hop, Array(256).fill(10));
  const all = sendMany(hop, Array(6).fill(10));
  assertEquals(next.sent.length, 1 + 256);
  next.say({ credit: { batches: 64, bytes: 640 } });
  await all;

  assertEquals(next.sent.length, 1 + 262);
});

Deno.test("send() stops at 4 MiB until some are answered", async () => {
  const { hop, next } = await open();
  await sendMany(hop, [MIB, MIB, MIB, MIB]);

  const fifth = hop.send(Buffer.alloc(1));
  assertEquals(next.sent.length, 1 + 4);
  next.say({ credit: { batches: 1, bytes: MIB } });
  await fifth;

  assertEquals(next.sent.length, 1 + 5);
});

Deno.test("send() waits on where an answer makes too little room", async () => {
  const { hop, next } = await open();
  await sendMany(hop, [2 * MIB, 2 * MIB]);

  const third = hop.send(Buffer.alloc(4 * MIB));
  next.say({ credit: { batches: 1, bytes: 2 * MIB } });
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(next.sent.length, 1 + 2);
  next.say({ credit: { batches: 1, bytes: 2 * MIB } });
  await third;

  assertEquals(next.sent.at(-1)!.length, 4 * MIB);
});

Deno.test("send() lets a batch larger than the window go alone", async () => {
  const { hop, next } = await open();

  await hop.send(Buffer.alloc(9 * MIB));
  const second = hop.send(Buffer.alloc(1));
  assertEquals(next.sent.length, 1 + 1);
  next.say({ credit: { batches: 1, bytes: 9 * MIB } });
  await second;

  assertEquals(next.sent.length, 1 + 2);
});

Deno.test("send() does not hold a large batch back for what need not be answered", async () => {
  const { hop, next } = await open();

  await sendMany(hop, [MIB / 2, 9 * MIB]);

  assertEquals(next.sent.length, 1 + 2);
});

Deno.test("send() encodes before it waits, so that memory can be reused", async () => {
  const { hop, next } = await open();
  await hop.send(Buffer.alloc(9 * MIB));
  const batch = Buffer.from("before");

  const sending = hop.send(batch);
  batch.write("after ");
  next.say({ credit: { batches: 1, bytes: 9 * MIB } });
  await sending;

  assertEquals(next.sent.at(-1)!.toString(), "before");
});

Deno.test("send() counts what it sends and how long it waits", async () => {
  const meter = createMeter("parse");
  const { hop, next } = await open({ meter });

  await hop.send(Buffer.alloc(9 * MIB));
  const sending = hop.send(Buffer.alloc(7));
  next.say({ credit: { batches: 1, bytes: 9 * MIB } });
  await sending;

  const { bytesOut, waitingMs } = meter.report();
  assertEquals(bytesOut, 9 * MIB + 7);
  assert(Number(waitingMs) > 0);
});

const FAULT = new Fault("failed_precondition", "The disk is full");

for (
  const [doing, wait] of Object.entries({
    "send() that waits": async (hop) => {
      await hop.send(Buffer.alloc(9 * MIB));
      await hop.send(Buffer.alloc(1));
    },
    "finish()": (hop) => hop.finish(),
    "guard()": (hop) => hop.guard(Promise.withResolvers().promise),
  } as Record<string, (hop: Hop<Buffer>) => Promise<unknown>>)
) {
  Deno.test(`${doing} fails as soon as the stream does`, async () => {
    const { hop, next } = await open();

    const waiting = wait(hop);
    next.fail(FAULT);

    assertStrictEquals(await assertRejects(() => waiting), FAULT);
  });

  Deno.test(`${doing} fails where the stream ends too early`, async () => {
    const { hop, next } = await open();

    const waiting = wait(hop);
    next.say({ totals: { events: 0, rejected: 0, filtered: 0 } });
    next.end();

    const fault = await assertRejects(() => waiting, Fault);
    assertEquals(fault.code, "unavailable"); // a break, which can be mended
  });
}

Deno.test("send() fails at once on a stream that has failed", async () => {
  const { hop, next } = await open();
  next.fail(FAULT);
  await assertRejects(() => hop.guard(Promise.withResolvers().promise));

  assertStrictEquals(
    await assertRejects(async () => await hop.send(Buffer.alloc(1))),
    FAULT,
  );
  assertStrictEquals(
    await assertRejects(() => hop.guard(Promise.resolve())),
    FAULT,
  );
  assertEquals(next.sent.length, 1);
});

Deno.test("openHop() leaves no rejection unhandled when nobody waits", async () => {
  const { hop, next } = await open();

  next.fail(FAULT);
  const later = await assertRejects(() => hop.finish());

  assertStrictEquals(later, FAULT);
});

Deno.test("guard() gives what the work gives", async () => {
  const { hop } = await open();
  const error = new RangeError("no");

  assertEquals(await hop.guard(Promise.resolve(5)), 5);
  assertStrictEquals(
    await assertRejects(() => hop.guard(Promise.reject(error))),
    error,
  );
});

Deno.test("finish() ends the stream and returns what it ended with", async () => {
  const { hop, next } = await open();
  const totals = { events: 3, rejected: 2, filtered: 1 };

  const finishing = hop.finish();
  assert(next.isEnded());
  next.say({ totals });
  next.say({ report: REPORT });
  next.say({ report: { ...REPORT, name: "sink" } });
  next.end();

  assertEquals(await finishing, {
    totals,
    reports: [REPORT, { ...REPORT, name: "sink" }],
  });
});

Deno.test("finish() refuses an ending without a report", async () => {
  const { hop, next } = await open();

  const finishing = hop.finish();
  next.end();

  await assertRejects(
    () => finishing,
    Fault,
    "The stream to rules at 127.0.0.1:1 ended without a report",
  );
});

Deno.test("openHop() passes on what is safe", async () => {
  const safe: unknown[] = [];
  const { hop, next } = await open({
    onCommitted: (committed) => safe.push(committed),
  });

  const committed = {
    position: { event: 5, offset: 50, line: 6 },
    kept: { bytes: 7, file: "1:2" },
  };
  next.say({ committed });
  next.say({ report: REPORT });
  const finishing = hop.finish();
  next.end();
  await finishing;

  assertEquals(safe, [committed]);
});
