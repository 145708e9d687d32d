/**
 * What only ingest does: it is asked for a run, and reads a file.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { IngestService } from "../../../proto/pipeline/contract.ts";
import type { RunUpdate__Output } from "../../../proto/types/pipeline/v1/RunUpdate.ts";
import { BYTE_ORDER_MARK } from "../../../stages/events/lines.ts";
import { expectBroken, passAll, rightOf } from "../chain.ts";
import { type Check, expect } from "../check.ts";
import { equalParts } from "../compare.ts";
import { mixedLines, plainLines } from "../content.ts";
import { passAndCompare } from "../outcome.ts";
import { describePlace } from "../hop_methods.ts";

const encoder = new TextEncoder();

export const INGEST_CHECKS: readonly Check[] = [
  {
    id: "run-updates",
    sentence:
      "Tells once that the chain is open, then how far it is, and at the end, last, that it is finished.",
    see: "what-each-stage-must-keep",
    stages: ["ingest"],
    async run(bench) {
      const feed = bench.feed(mixedLines(300));
      const chain = await bench.open(feed);
      await passAll(chain);
      const kinds = (chain.said.items as RunUpdate__Output[]).map((update) =>
        update.opened ? "opened" : update.finished ? "finished" : "progress"
      );
      equalParts(
        [
          kinds.indexOf("opened"),
          kinds.lastIndexOf("opened"),
          kinds.indexOf("finished"),
        ],
        [0, 0, kinds.length - 1],
        "a Run; opened, opened again, finished",
      );
    },
  },
  {
    id: "run-wrong",
    sentence:
      "Refuses a Run without a name or a batch size as INVALID_ARGUMENT.",
    see: "what-each-stage-must-keep",
    stages: ["ingest"],
    async run(bench) {
      const feed = bench.feed(plainLines(20));
      for (const request of [{ run: "" }, { batch: 0 }]) {
        const { said } = await bench.dial(feed, { request });
        await expectBroken(said, {
          codes: ["invalid"],
          sent: `a Run with ${JSON.stringify(request)}`,
          expected: "INVALID_ARGUMENT",
        });
      }
    },
  },
  {
    id: "batch-size",
    sentence: "Puts no more events into a batch than the Run says.",
    see: "what-each-stage-must-keep",
    stages: ["ingest"],
    async run(bench) {
      const feed = bench.feed(mixedLines(300));
      for (const batch of [1, 7]) {
        const arrived = await passAll(
          await bench.open(feed, { request: { batch } }),
        );
        const most = Math.max(
          ...arrived.map(({ batch: { begin, end } }) =>
            end!.event - begin!.event
          ),
        );
        expect(most <= batch, {
          sent: `a Run with batches of ${batch}`,
          came: `a batch of ${most} events`,
          expected: `${batch} at most`,
        });
      }
    },
  },
  {
    id: "line-ends",
    sentence:
      "Takes lines with any line end, a last line without one, and a byte-order mark before the first.",
    see: "3-batches",
    stages: ["ingest"],
    async run(bench) {
      const text = new TextDecoder().decode(plainLines(25));
      const lines = encoder.encode(text.replaceAll("\n", "\r\n").trimEnd());
      await passAndCompare(bench, bench.feed(lines), "CRLF, and no last one");
      const marked = Buffer.concat([BYTE_ORDER_MARK, lines]);
      const feed = bench.feed(marked);
      const chain = await bench.open(feed);
      const arrived = await passAll(chain);
      const [first] = arrived as unknown as {
        batch: { linesOffset: number; lines: Uint8Array };
      }[];
      expect(
        first!.batch.linesOffset === BYTE_ORDER_MARK.length &&
          first!.batch.lines[0] === lines[0],
        {
          sent: "a byte-order mark and lines",
          came: `lines from offset ${first!.batch.linesOffset}`,
          expected: "lines from offset 3",
        },
      );
    },
  },
  {
    id: "care",
    sentence:
      "Sends a part that it is told to go through with care in batches of that size, each with sync, and the next only when it is safe.",
    see: "5-committed",
    stages: ["ingest"],
    async run(bench) {
      const feed = bench.feed(plainLines(40));
      const until = feed.raw[1]!.end.offset;
      const chain = await bench.open(feed, {
        request: { care: { batch: 4, until } },
      });
      const arrived = await passAll(chain);
      const careful = arrived.filter(({ batch }) =>
        batch.begin!.offset < until
      );
      const wrong = careful.find(({ batch: { begin, end, sync } }) =>
        !sync || end!.event - begin!.event > 4
      );
      expect(careful.length >= 5 && !wrong, {
        sent: `a Run with care up to offset ${until}`,
        came: `${careful.length} batches${
          wrong ? `, one from ${describePlace(wrong.batch.begin)}` : ""
        }`,
        expected: "batches of 4 events with sync",
      });
    },
  },
  {
    id: "finish",
    sentence:
      "Ends the input where it has been read to when Finish is called: all that was read goes through, and the Run ends as usual.",
    see: "6-the-end",
    stages: ["ingest"],
    async run(bench) {
      const hold = Promise.withResolvers<void>();
      const feed = bench.feed(mixedLines(3_000));
      const chain = await bench.open(feed, {
        window: { batches: 4 },
        behaviour: { hold: hold.promise },
      });
      const right = rightOf(chain);
      await right.arrived.until(
        () => right.arrived.items.length > 0,
        "a batch",
        "a Run",
      );
      const { offset } = await bench.process.connection.unary(
        IngestService.Finish,
        { run: bench.run },
        { deadlineMs: bench.patienceMs },
      );
      hold.resolve();
      const over = await chain.said.untilOver("the end of the Run", "Finish");
      const { end } = right.arrived.items.at(-1)!.batch;
      expect(!over.fault && end!.offset >= Number(offset), {
        sent: `Finish, answered with offset ${offset}`,
        came: `the end at ${describePlace(end)}`,
        expected: "all up to that offset, and a Run that ends well",
      });
      // It has been told that this run is over.
      await bench.renew();
    },
  },
];
