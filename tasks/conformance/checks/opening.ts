/**
 * How a chain is opened: from left to right, and back.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { type Position, START } from "../../../proto/pipeline/batches.ts";
import type { Receipt__Output } from "../../../proto/types/pipeline/v1/Receipt.ts";
import { openingMessage } from "../dial.ts";
import { expectBroken, passAll, rightOf } from "../chain.ts";
import {
  type Check,
  expect,
  MIDDLE,
  WITH_NEXT,
  WITH_SENDER,
} from "../check.ts";
import { equalParts } from "../compare.ts";
import { mixedLines, plainLines } from "../content.ts";
import {
  describePlace,
  HOP_METHODS,
  type Receiver as ReceiverStage,
} from "../hop_methods.ts";
import { isEnd } from "../receiver.ts";

/** Somewhere in an input, on no round number. */
const SOMEWHERE: Position = { event: 12_345, offset: 1_234_567, line: 12_400 };

export const OPENING_CHECKS: readonly Check[] = [
  {
    id: "opening-first",
    sentence:
      "Opens the stream to the next stage with a message that carries an Opening and no data, and answers with the resume only once the next stage has.",
    see: "1-the-opening",
    stages: WITH_NEXT,
    async run(bench) {
      const feed = bench.feed(plainLines(20));
      const stream = await bench.dial(feed);
      const right = await bench.taken("an opening");
      await bench.process.settle();
      const { first, arrived } = right;
      expect(first.opening?.run === bench.run, {
        sent: `the run ${bench.run}`,
        came: `a first message with ${
          first.opening ? `the run ${first.opening.run}` : "no opening"
        }`,
        expected: "an opening of the same run",
      });
      expect(isEnd(first) && arrived.items.length === 0, {
        sent: "an opening",
        came: `a first message with data, or ${arrived.items.length} more`,
        expected: "no data before the resume",
      });
      expect(stream.said.items.length === 0, {
        sent: "an opening, while the next stage has said nothing",
        came: `${stream.said.items.length} messages to the left`,
        expected: "nothing to the left before the next stage's resume",
      });
      right.behave({ position: START, fields: feed.fields });
      await stream.said.until(
        () => stream.said.items.length > 0,
        "the resume, now that the next stage has given it",
        "the resume of the next stage",
      );
    },
  },
  {
    id: "opening-passed",
    sentence:
      "Passes on the run, the window, the schema and the protocol of the Opening, and all but the first of its next stages.",
    see: "1-the-opening",
    stages: WITH_NEXT,
    async run(bench) {
      const feed = bench.feed(plainLines(20));
      const further = [{ addresses: ["127.0.0.1:1", "127.0.0.1:2"] }];
      const next = [{ addresses: bench.startable.next }, ...further];
      const window = { batches: 9, bytes: 4_194_304 };
      const { first } = rightOf(
        await bench.open(feed, {
          window,
          opening: { next },
          request: { next },
        }),
      );
      const { schema, windowBatches, windowBytes, protocol } = first.opening!;
      equalParts(
        {
          schema,
          windowBatches,
          windowBytes,
          protocol,
          next: first.opening!.next,
        },
        {
          schema: feed.schema,
          windowBatches: window.batches,
          windowBytes: window.bytes,
          protocol: 1,
          next: further,
        },
        "an opening",
      );
    },
  },
  {
    id: "opening-next",
    sentence:
      "Calls the next stage where the Opening says, and calls what --next says where the Opening says nothing.",
    see: "1-the-opening",
    stages: WITH_NEXT,
    async run(bench) {
      // Both are in --next.
      await bench.renew({ nextProcesses: 2 });
      const [, second] = bench.startable.next;
      const next = [{ addresses: [second!] }];
      const feed = bench.feed(plainLines(30));
      const chain = await bench.open(feed, {
        opening: { next },
        request: { next },
      });
      const { address } = rightOf(chain);
      expect(address === second, {
        sent: `an opening whose next stage is at ${second}`,
        came: `a stream to ${address}`,
        expected: `a stream to ${second}`,
      });
      await passAll(chain);
      const { length } = bench.server!.opened.items;
      expect(length === 1, {
        sent: "an opening with one address",
        came: `${length} streams`,
        expected: "one stream",
      });
      await bench.renew({ exactNext: true });
      const none = { opening: { next: [] }, request: { next: [] } };
      await passAll(await bench.open(feed, none));
    },
  },
  {
    id: "resume-passed",
    sentence:
      "Tells the stage before it the position that the next stage wants to be sent from.",
    see: "2-the-resume",
    stages: MIDDLE,
    async run(bench) {
      const feed = bench.feed(plainLines(20));
      const { said } = await bench.open(feed, { resume: SOMEWHERE });
      const [first] = said.items as Receipt__Output[];
      const came = describePlace(first?.resume?.position);
      expect(came === describePlace(SOMEWHERE), {
        sent: `the next stage's resume at ${describePlace(SOMEWHERE)}`,
        came: `a resume at ${came}`,
        expected: "the same position",
      });
    },
  },
  {
    id: "resume-fields",
    sentence:
      "Names in its resume the fields that the stage before it must give it: rules those that its rules read besides keys and values, all others none.",
    see: "2-the-resume",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(plainLines(20));
      const { said } = await bench.open(feed);
      const [first] = said.items as Receipt__Output[];
      const wanted = bench.stage === "rules" ? feed.fields : [];
      const nameOf = (fields: typeof wanted) =>
        fields.map(({ path, isTime }) => [path.join("."), isTime]).sort();
      equalParts(
        nameOf(first!.resume!.fields as typeof wanted),
        nameOf(wanted),
        "an opening",
      );
    },
  },
  {
    id: "no-opening",
    sentence:
      "Refuses a stream that does not begin with an Opening as INVALID_ARGUMENT.",
    see: "1-the-opening",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(plainLines(20));
      const stage = bench.stage as ReceiverStage;
      const { sender, said } = await bench.dial(feed, { opening: { run: "" } });
      await expectBroken(said, {
        codes: ["invalid"],
        sent: "an opening that names no run",
        expected: "INVALID_ARGUMENT",
      });
      sender?.cancel();
      const { opening: _none, ...empty } = openingMessage(
        stage,
        bench.opening(feed),
      );
      await expectFirstRefused(
        bench,
        HOP_METHODS[stage].requestSerialize(empty),
      );
    },
  },
  {
    id: "unknown-run",
    sentence:
      "Refuses a stream of another run as FAILED_PRECONDITION, and goes on for its own.",
    see: "1-the-opening",
    stages: ["ingest", ...WITH_SENDER],
    async run(bench) {
      const feed = bench.feed(plainLines(20));
      const run = "another-run";
      const { said } = await bench.dial(feed, {
        opening: { run },
        request: { run },
      });
      await expectBroken(said, {
        codes: ["failed_precondition"],
        sent: "an opening of another run",
        expected: "FAILED_PRECONDITION",
      });
      await passAll(await bench.open(feed));
    },
  },
  {
    id: "newer-protocol",
    sentence:
      "Refuses an Opening of a protocol that it does not know as FAILED_PRECONDITION, and says which it knows.",
    see: "1-the-opening",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(plainLines(20));
      const { said } = await bench.dial(feed, { opening: { protocol: 4_711 } });
      const { message } = await expectBroken(said, {
        codes: ["failed_precondition"],
        sent: "an opening of protocol 4711",
        expected: "FAILED_PRECONDITION",
      });
      expect(message.includes("4711") && /\b1\b/.test(message), {
        sent: "an opening of protocol 4711",
        came: message,
        expected: "words that name both versions",
      });
      // Who says nothing speaks the first one.
      await passAll(await bench.open(feed, { opening: { protocol: 0 } }));
    },
  },
  {
    id: "unknown-fields",
    sentence: "Takes no offence at fields that it does not know.",
    see: "1-the-opening",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(mixedLines(60));
      const stage = bench.stage as ReceiverStage;
      const { requestSerialize } = HOP_METHODS[stage];
      const withUnknown = (message: Parameters<typeof requestSerialize>[0]) =>
        Buffer.concat([requestSerialize(message), UNKNOWN_FIELD]);
      const stream = bench.dialRaw(
        withUnknown(openingMessage(stage, bench.opening(feed))),
      );
      const right = bench.server && await bench.taken("an opening");
      right?.behave({ position: START, fields: feed.fields });
      await stream.receipts.until(
        () => stream.receipts.items.length > 0,
        "a resume",
        "an opening with a field of number 2047",
      );
      for (const batch of feed.sent) stream.send(withUnknown(batch));
      stream.end();
      const over = await stream.receipts.untilOver(
        "the end of the stream",
        "batches with a field of number 2047",
      );
      expect(!over.fault, {
        sent: "batches with a field of number 2047",
        came: String(over.fault?.message),
        expected: "the stream ends well",
      });
    },
  },
  {
    id: "no-message",
    sentence:
      "Outlives bytes that are no message: that call fails, and the next one is served.",
    see: "1-the-opening",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(plainLines(20));
      await expectFirstRefused(bench, Buffer.alloc(64, 0xff));
      await passAll(await bench.open(feed));
    },
  },
];

/** Field 2047, four bytes long. */
const UNKNOWN_FIELD = Buffer.from([0xfa, 0x7f, 4, 1, 2, 3, 4]);

async function expectFirstRefused(
  bench: Parameters<Check["run"]>[0],
  bytes: Uint8Array,
): Promise<void> {
  const { receipts } = bench.dialRaw(bytes);
  await expectBroken(receipts, {
    sent: "a first message that is no opening",
    expected: "the call fails",
  });
}
