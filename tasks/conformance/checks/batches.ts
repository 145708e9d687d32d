/**
 * What the batches of a stream are: in a row, with their rejects, and some of
 * them with nothing.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { RawBatch } from "../../../proto/pipeline/batches.ts";
import { STAGES } from "../../../stages/names.ts";
import type { Bench } from "../bench.ts";
import { expectBroken, passAll, senderOf, withoutEnd } from "../chain.ts";
import { type Check, expect, WITH_NEXT, WITH_SENDER } from "../check.ts";
import { equalParts } from "../compare.ts";
import {
  hostileLines,
  mixedLines,
  plainLines,
  rejectedLines,
} from "../content.ts";
import { type Feed, MAX_LINE } from "../feed.ts";
import { type Batch, describeBatch, describePlace } from "../hop_methods.ts";
import { passAndCompare } from "../outcome.ts";
import { isEnd } from "../receiver.ts";

const encoder = new TextEncoder();

export const BATCH_CHECKS: readonly Check[] = [
  {
    id: "contiguous",
    sentence:
      "Sends batches of which each begins where the one before it ended, from the resume to the end of the input.",
    see: "3-batches",
    stages: WITH_NEXT,
    async run(bench) {
      const feed = bench.feed(mixedLines(300));
      const arrived = await passAll(await bench.open(feed));
      const first = arrived[0]?.batch.begin;
      expect(describePlace(first) === describePlace(feed.raw[0]!.begin), {
        sent: "a resume at the start",
        came: `a first batch from ${describePlace(first)}`,
        expected: "one from the start",
      });
    },
  },
  {
    id: "gap",
    sentence:
      "Refuses a batch that does not begin where the one before it ended, and passes nothing of it on.",
    see: "3-batches",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(rejectedLines(60));
      const [first, second, third] = feed.sent;
      await expectRefused(bench, feed, [first!, third!]);
      // Of the first one, too, when it is not where the resume says.
      await bench.fresh();
      await expectRefused(bench, feed, [second!]);
    },
  },
  {
    id: "overlap",
    sentence:
      "Refuses a batch that it has been sent before, and passes nothing of it on a second time.",
    see: "3-batches",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(rejectedLines(60));
      const [first, second] = feed.sent;
      await expectRefused(bench, feed, [first!, second!, second!]);
    },
  },
  {
    id: "unaccounted",
    sentence:
      "Refuses a batch that does not account for each of its events: rows, filtered ones and rejects.",
    see: "3-batches",
    stages: ["aggregate"],
    async run(bench) {
      const feed = bench.feed(mixedLines(60));
      const [first] = feed.sent as (Batch & { filtered: number })[];
      const wrong = { ...first!, filtered: first!.filtered + 1 };
      const chain = await bench.open(feed);
      senderOf(chain).send(wrong);
      await expectBroken(chain.said, {
        sent: `${describeBatch(wrong)} with one filtered event too many`,
        expected: "the call fails",
      });
    },
  },
  {
    id: "rejects-in-place",
    sentence:
      "Passes each reject on once, in the order of the input, with its line, its offset, its stage, its reason, its text and its length.",
    see: "what-each-stage-must-keep",
    stages: WITH_SENDER,
    run: (bench) =>
      passAndCompare(bench, bench.feed(mixedLines(300)), "lines and rejects"),
  },
  {
    id: "oversized",
    sentence:
      "Carries a line that is too long as a reject: its first 4 KiB and its whole length.",
    see: "what-each-stage-must-keep",
    stages: STAGES,
    run: (bench) =>
      passAndCompare(
        bench,
        bench.feed(plainLines(15), { oversized: MAX_LINE + 1 }),
        "lines, the last of them too long",
      ),
  },
  {
    id: "hostile-text",
    sentence:
      "Carries any bytes of a line as they are: no UTF-8, controls, lone surrogates, deep nesting.",
    see: "what-each-stage-must-keep",
    stages: STAGES,
    run: (bench) =>
      passAndCompare(bench, bench.feed(hostileLines(200, 7)), "hostile lines"),
  },
  {
    id: "empty-batch",
    sentence:
      "Passes on a batch without events, as of blank lines: positions move on all the same.",
    see: "3-batches",
    stages: STAGES,
    async run(bench) {
      const blank = encoder.encode("\n \t\n\r\n".repeat(20));
      const feed = bench.feed(Buffer.concat([plainLines(20), blank]));
      await passAndCompare(bench, feed, "lines, and blank lines after them");
    },
  },
  {
    id: "empty-input",
    sentence:
      "Takes an input without a line: only the empty last batch, and an outcome of nothing.",
    see: "6-the-end",
    stages: STAGES,
    run: (bench) =>
      passAndCompare(bench, bench.feed(new Uint8Array()), "an empty input"),
  },
  {
    id: "rejects-only",
    sentence: "Takes an input of which no line is an event.",
    see: "what-each-stage-must-keep",
    stages: STAGES,
    run: (bench) =>
      passAndCompare(bench, bench.feed(rejectedLines(60)), "rejects only"),
  },
  {
    id: "last-batch",
    sentence:
      "Passes on the empty batch that says that this was all, once and last, and then half-closes.",
    see: "6-the-end",
    stages: ["ingest", "parse", "rules"],
    async run(bench) {
      const feed = bench.feed(plainLines(60));
      const arrived = await passAll(await bench.open(feed));
      const ends = arrived.filter(({ batch }) => isEnd(batch));
      const last = arrived.at(-1)!.batch;
      expect(ends.length === 1 && isEnd(last), {
        sent: "the last batch",
        came: `${ends.length} empty batches, and at the end ${
          describeBatch(last)
        }`,
        expected: "one empty batch, at the end",
      });
    },
  },
  {
    id: "times-passed",
    sentence:
      "Passes on with each batch when the first of its lines came, and the last.",
    see: "what-each-stage-must-keep",
    stages: ["parse", "rules"],
    async run(bench) {
      const feed = bench.feed(plainLines(30));
      const sent = feed.sent.map((batch, at) =>
        isEnd(batch)
          ? batch
          : { ...batch, firstMs: 1_000 + at, lastMs: 2_000.5 }
      );
      const arrived = await passAll(await bench.open(feed), sent);
      const timesOf = (batches: Batch[]) =>
        (batches as Partial<RawBatch>[])
          .map(({ firstMs, lastMs }) => [firstMs, lastMs]);
      equalParts(
        timesOf(withoutEnd(arrived)),
        timesOf(sent.slice(0, -1)),
        "batches with first_ms and last_ms",
      );
    },
  },
];

/** Sends batches of which the last must be refused. */
async function expectRefused(
  bench: Bench,
  feed: Feed,
  batches: readonly Batch[],
): Promise<void> {
  const chain = await bench.open(feed);
  const sender = senderOf(chain);
  for (const batch of batches) sender.send(batch);
  const sent = batches.map(describeBatch).join(", ");
  await expectBroken(chain.said, {
    codes: ["invalid"],
    sent,
    expected: "INVALID_ARGUMENT for the last of them",
  });
  const passed = chain.right?.arrived.items.length ?? 0;
  const most = batches.length - 1;
  expect(passed <= most, {
    sent,
    came: `${passed} batches at the next stage`,
    expected: `${most} at most`,
  });
}
