/**
 * How much is on its way: windows and credit.
 *
 * @module
 */

import type { Receipt__Output } from "../../../proto/types/pipeline/v1/Receipt.ts";
import type { RunUpdate__Output } from "../../../proto/types/pipeline/v1/RunUpdate.ts";
import type { Bench } from "../bench.ts";
import {
  type Chain,
  checkRight,
  passAll,
  rightOf,
  senderOf,
} from "../chain.ts";
import { type Check, expect, WITH_NEXT, WITH_SENDER } from "../check.ts";
import { plainLines, rejectedLines } from "../content.ts";
import {
  describePlace,
  HOP_METHODS,
  type Receiver as ReceiverStage,
} from "../hop_methods.ts";
import { BATCH } from "../stage_spec.ts";

export const FLOW_CHECKS: readonly Check[] = [
  {
    id: "window-batches",
    sentence:
      "Lets no more batches go unanswered than the window has, gives no credit for what it only holds, and goes on where it was once it has credit.",
    see: "4-credit",
    stages: WITH_NEXT,
    run: (bench) => expectBound(bench, { batches: 8, bytes: 4_194_304 }),
  },
  {
    id: "window-bytes",
    sentence:
      "Lets no more bytes go unanswered than the window has, and goes on where it was once it has credit.",
    see: "4-credit",
    // Ingest is not told how many bytes.
    stages: ["parse", "rules", "aggregate"],
    run: (bench) => expectBound(bench, { batches: 256, bytes: 8_000 }),
  },
  {
    id: "window-one-large",
    sentence:
      "Sends and takes a batch that is larger than the window, while next to nothing else is unanswered.",
    see: "4-credit",
    stages: WITH_SENDER,
    async run(bench) {
      const window = { batches: 8, bytes: 100 };
      const feed = bench.feed(rejectedLines(60));
      await passAll(await bench.open(feed, { window }));
    },
  },
  {
    id: "credit-in-time",
    sentence:
      "Gives credit at the latest when a quarter of either window has been dealt with.",
    see: "4-credit",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(plainLines(60));
      const [first] = feed.sent;
      const { length } = HOP_METHODS[bench.stage as ReceiverStage]
        .requestSerialize(first!);
      for (
        const [window, count] of [
          [{ batches: 12, bytes: 4_194_304 }, 3],
          [{ batches: 256, bytes: 4 * length }, 1],
        ] as const
      ) {
        const chain = await bench.open(feed, { window });
        const sender = senderOf(chain);
        for (const batch of feed.sent.slice(0, count)) sender.send(batch);
        const sent =
          `${count} of ${window.batches} batches, ${sender.sent.bytes} of ${window.bytes} bytes`;
        await sender.receipts.until(
          () => sender.answered.batches === count,
          `credit for ${count} batches`,
          sent,
        );
        expect(sender.answered.bytes === sender.sent.bytes, {
          sent,
          came: `credit for ${sender.answered.bytes} bytes`,
          expected: "credit for as many bytes as the batches had",
        });
        chain.cancel();
        await bench.fresh();
      }
    },
  },
  {
    id: "credit-exact",
    sentence:
      "Gives credit once for each batch and its encoded bytes: never for more than it was sent.",
    see: "4-credit",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(plainLines(400));
      const chain = await bench.open(feed, { window: { batches: 4 } });
      await passAll(chain);
      const { items } = chain.said as { items: readonly Receipt__Output[] };
      const empty = items.find(({ credit }) => credit && credit.batches < 1);
      const { sent, answered } = senderOf(chain);
      expect(
        !empty && answered.batches <= sent.batches &&
          answered.bytes <= sent.bytes,
        {
          sent: `${sent.batches} batches of ${sent.bytes} bytes`,
          came:
            `credit for ${answered.batches} batches of ${answered.bytes} bytes${
              empty ? ", once for none" : ""
            }`,
          expected: "credit for each batch once",
        },
      );
    },
  },
  {
    id: "peer-stops-reading",
    sentence:
      "Is held back by a next stage that reads nothing: it takes no more than two windows of batches.",
    see: "4-credit",
    stages: WITH_NEXT,
    async run(bench) {
      bench.server!.reads = false;
      try {
        const window = { batches: 8, bytes: 4_194_304 };
        const feed = bench.feed(rejectedLines(600));
        const chain = await bench.open(feed, { window });
        await expectHeld(bench, chain);
      } finally {
        bench.server!.reads = true;
      }
    },
  },
];

/** Sends while the next stage answers nothing, and then goes on. */
async function expectBound(
  bench: Bench,
  window: { batches: number; bytes: number },
): Promise<void> {
  const hold = Promise.withResolvers<void>();
  const feed = bench.feed(rejectedLines(600));
  const chain = await bench.open(feed, {
    window,
    behaviour: { hold: hold.promise },
  });
  const { passing } = await expectHeld(bench, chain);
  hold.resolve();
  await passing;
  checkRight(chain, "credit, after none");
}

/**
 * Sends until the stage takes no more.
 *
 * @returns Sending the rest.
 */
async function expectHeld(
  bench: Bench,
  chain: Chain,
): Promise<{ passing: Promise<void> }> {
  const { sender, feed, window } = chain;
  const passing = passAll(chain).then(() => {});
  // Heard of at the end; what is wrong until then is said here.
  passing.catch(() => {});
  await untilStill(bench, chain);
  const held = sender ? sender.sent.batches : batchesRead(chain);
  const most = 2 * window.batches;
  const right = rightOf(chain);
  const last = right.arrived.items.at(-1)?.batch.end;
  const sent =
    `${feed.sent.length} batches in a window of ${window.batches} batches and ${window.bytes} bytes, while the next stage answers nothing`;
  if (right.wrong) throw right.wrong;
  expect(held <= most, {
    sent,
    came: `credit for so many that ${held} batches were sent`,
    expected: `no more than ${most} batches are taken`,
  });
  expect(describePlace(last) !== describePlace(feed.raw.at(-1)!.end), {
    sent,
    came: `all batches up to ${describePlace(last)}`,
    expected: "the batches that the window has",
  });
  return { passing };
}

/** How many batches ingest says that it has sent. */
function batchesRead({ said }: Chain): number {
  const { opened, progress } = (said.items as RunUpdate__Output[]).at(-1) ?? {};
  return Number((progress ?? opened)?.sent?.event ?? 0) / BATCH;
}

/** Waits until a few questions in a row have changed nothing. */
async function untilStill(bench: Bench, chain: Chain): Promise<void> {
  const now = () =>
    [
      chain.sender?.sent.batches,
      chain.sender?.answered.batches,
      chain.right?.arrived.items.length,
      chain.said.items.length,
    ].join();
  for (let before = ""; before !== now();) {
    before = now();
    await bench.process.settle();
  }
}
