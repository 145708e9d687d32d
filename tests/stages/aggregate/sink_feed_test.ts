import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  type Position,
  type Reject,
  START,
} from "../../../proto/pipeline/batches.ts";
import type { ResultBatch } from "../../../proto/types/pipeline/v1/ResultBatch.ts";
import { createSinkFeed } from "../../../stages/aggregate/sink_feed.ts";
import { toBytes } from "../../support/raw_batch.ts";

function at(event: number): Position {
  return { event, offset: event * 10, line: event };
}

const REJECT: Reject = {
  line: 1,
  offset: 0,
  stage: "parse",
  reason: "not valid JSON",
  text: toBytes("?"),
  length: 1,
};
const RESULT = { key: ['"a"'], count: 2, values: [], tags: [] };
const TOTALS = { events: 3, rejected: 1, filtered: 0 };

/** A stream that takes each batch when it is let go on. */
function createStream() {
  const sent: ResultBatch[] = [];
  const held: PromiseWithResolvers<void>[] = [];
  return {
    sent,
    send(batch: ResultBatch) {
      sent.push(batch);
      const hold = Promise.withResolvers<void>();
      held.push(hold);
      return hold.promise;
    },
    /** Has the oldest batch that is held taken, or refused. */
    take: () => held.shift()!.resolve(),
    refuse: (error: Error) => held.shift()!.reject(error),
  };
}

Deno.test("tell() makes batches that follow one another from where the sink stands", async () => {
  const sent: ResultBatch[] = [];
  const feed = createSinkFeed((batch) => {
    sent.push(batch);
    return Promise.resolve();
  }, at(2));

  await feed.tell(at(5), { rejects: [REJECT] });
  await feed.tell(at(5), { sync: true });
  await feed.tell(at(8), { results: [RESULT] });
  await feed.tell(at(8), { outcome: { totals: TOTALS } });

  assertEquals(sent, [
    {
      begin: at(2),
      end: at(5),
      rejects: [{ ...REJECT, text: Buffer.from("?") }],
      sync: false,
    },
    { begin: at(5), end: at(5), rejects: [], sync: true },
    {
      begin: at(5),
      end: at(8),
      rejects: [],
      sync: false,
      results: [RESULT],
    },
    {
      begin: at(8),
      end: at(8),
      rejects: [],
      sync: false,
      outcome: { totals: TOTALS },
    },
  ]);
});

Deno.test("tell() sends one batch at a time, in the order of the calls", async () => {
  const stream = createStream();
  const feed = createSinkFeed(stream.send, START);

  const told = [1, 2, 3].map((event) => feed.tell(at(event), {}));
  const order: number[] = [];
  told.forEach((each, index) => each.then(() => order.push(index + 1)));
  for (const count of [1, 2, 3]) {
    await Promise.resolve();
    assertEquals(
      stream.sent.map(({ end }) => end),
      [1, 2, 3].slice(0, count)
        .map(at),
    );
    stream.take();
    await told[count - 1];
  }

  assertEquals(order, [1, 2, 3]);
});

Deno.test("tell() sends nothing after what could not be sent", async () => {
  const stream = createStream();
  const feed = createSinkFeed(stream.send, START);
  const lost = new Error("the sink is gone");

  const first = assertRejects(() => feed.tell(at(1), {}));
  const second = assertRejects(() => feed.tell(at(2), {}));
  await Promise.resolve();
  stream.refuse(lost);

  assertStrictEquals(await first, lost);
  assertStrictEquals(await second, lost);
  assertStrictEquals(
    await assertRejects(() => feed.tell(at(3), {})),
    lost,
  );
  assertEquals(stream.sent.length, 1);
});
