/**
 * How a stream ends: with reports, or cut.
 *
 * @module
 */

import type { EventBatch } from "../../../proto/pipeline/batches.ts";
import type { Receipt__Output } from "../../../proto/types/pipeline/v1/Receipt.ts";
import type { StageReport } from "../../../proto/types/pipeline/v1/StageReport.ts";
import { statIfThere } from "../../../runtime/files/optional_file.ts";
import { readMemory } from "../../../runtime/process/process_memory.ts";
import { STAGES } from "../../../stages/names.ts";
import type { Bench } from "../bench.ts";
import { passAll, rightOf, senderOf } from "../chain.ts";
import {
  type Check,
  expect,
  MIDDLE,
  NotOffered,
  WITH_SENDER,
} from "../check.ts";
import { equalParts } from "../compare.ts";
import { mixedLines, plainLines } from "../content.ts";
import type { Feed } from "../feed.ts";
import {
  describeReceipt,
  NEXT,
  type Receiver as ReceiverStage,
} from "../hop_methods.ts";
import { passAndCompare } from "../outcome.ts";
import { isEnd, isWhole, TOTALS } from "../receiver.ts";

export const END_CHECKS: readonly Check[] = [
  {
    id: "report-once",
    sentence:
      "Ends a stream with one report of its own, and after it those of the stages behind it; nothing comes after them.",
    see: "reports",
    stages: STAGES,
    async run(bench) {
      const feed = bench.feed(plainLines(60));
      const chain = await bench.open(feed);
      await passAll(chain);
      const next = NEXT[bench.stage];
      const behind = next ? [...new Set([next, "sink"])] : [];
      equalParts(
        chain.ending().reports.map(({ name }) => name),
        [bench.stage, ...behind],
        "all batches, and the reports of the stages behind",
      );
      if (!chain.sender) return;
      const { items } = chain.said as { items: readonly Receipt__Output[] };
      const first = items.findIndex(({ report }) => report);
      const other = items.slice(first).find(({ report }) => !report);
      expect(!other, {
        sent: "all batches",
        came: `${other && describeReceipt(other)} after a report`,
        expected: "the reports at the end",
      });
    },
  },
  {
    id: "report-counts",
    sentence:
      "Reports how many events and batches came in and how many events went out, of this stream only.",
    see: "reports",
    stages: STAGES,
    async run(bench) {
      const feed = bench.feed(mixedLines(60));
      for (let round = 0; round < 2; round++) {
        const chain = await bench.open(feed);
        await passAll(chain);
        const [own] = chain.ending().reports;
        const { eventsIn, eventsOut, batches } = own!;
        equalParts(
          { eventsIn, eventsOut, batches },
          countsOf(bench, feed),
          `stream number ${round + 1} of ${feed.totals.events} events`,
        );
        await bench.fresh();
      }
    },
  },
  {
    id: "report-figures",
    sentence:
      "Reports CPU time, its largest resident set and how long batches took; a figure that was not measured is absent.",
    see: "reports",
    stages: STAGES,
    async run(bench) {
      const chain = await bench.open(bench.feed(plainLines(300)));
      await passAll(chain);
      const own = chain.ending().reports[0]!;
      const { cpuMs = 0, processingMs = 0, codecMs = 0, waitingMs = 0 } = own;
      const times = { cpuMs, processingMs, codecMs, waitingMs };
      const wrong = Object.entries(times).find(([, ms]) =>
        !(ms as number >= 0)
      );
      expect(!wrong && processingMs <= (cpuMs || Infinity), {
        sent: "a stream of 300 events",
        came: JSON.stringify(times),
        expected: "no time below 0, and no more work than CPU time",
      });
      const peak = Number(own.peakRssBytes ?? 0);
      const most = await readMemory(bench.process.pid, "VmHWM");
      expect(peak === 0 || most === undefined || peak <= most, {
        sent: "a stream of 300 events",
        came: `a peak of ${peak} bytes`,
        expected: `no more than the system's ${most} bytes`,
      });
      const absent = absentFigures(own);
      if (absent.length > 0) throw new NotOffered(absent.join(", "));
    },
  },
  {
    id: "totals-passed",
    sentence: "Passes on the totals that the stage behind it gives, once.",
    see: "6-the-end",
    stages: ["ingest", ...MIDDLE],
    async run(bench) {
      const chain = await bench.open(bench.feed(plainLines(60)));
      await passAll(chain);
      equalParts(chain.ending().totals, TOTALS, "all batches, and totals");
    },
  },
  {
    id: "cut-before-last",
    sentence:
      "Makes no result of a stream that ends without the empty last batch: nothing that says that this was all goes on.",
    see: "when-something-breaks",
    stages: WITH_SENDER,
    async run(bench) {
      const feed = bench.feed(plainLines(60));
      const sent = "batches, and the end of the stream before the last of them";
      const chain = await bench.open(feed);
      const sender = senderOf(chain);
      await sender.sendAll(
        feed.sent.filter((batch) => !isEnd(batch)),
        chain.window,
      );
      sender.end();
      const over = await chain.said.untilOver("the end of the stream", sent);
      if (bench.stage === "sink") {
        expect(!await statIfThere(bench.files.output), {
          sent,
          came: "a file of results",
          expected: "no file of results",
        });
        return;
      }
      const right = rightOf(chain);
      await right.arrived.untilOver("the end of the stream to the next", sent);
      const next = NEXT[bench.stage] as ReceiverStage;
      expect(
        over.fault !== undefined && !isWhole(next, right.arrived.items),
        {
          sent,
          came: over.fault ? "the last batch" : "a stream that ended well",
          expected: "no last batch, and a stream that fails",
        },
      );
    },
  },
  {
    id: "cut-after-last",
    sentence:
      "Outlives a call that is cancelled right after the last batch, and does the same work once more when it is asked.",
    see: "when-something-breaks",
    stages: STAGES,
    async run(bench) {
      const feed = bench.feed(mixedLines(60));
      const hold = Promise.withResolvers<void>();
      const chain = await bench.open(feed, {
        // Else it would be over before it can be cancelled.
        behaviour: { hold: hold.promise },
      });
      await chain.sender?.sendAll(feed.sent, chain.window);
      chain.sender?.end();
      await chain.right?.arrived.until(
        () => chain.right!.arrived.items.length > 0,
        "a batch",
        "all batches",
      );
      chain.cancel();
      hold.resolve();
      await passAndCompare(bench, feed, "the same batches once more");
    },
  },
];

/** What the counts of a report are. */
function countsOf({ stage }: Bench, feed: Feed) {
  const rows = (batches: readonly EventBatch[]) =>
    batches.reduce((sum, batch) => sum + batch.rows, 0);
  const { events } = feed.totals;
  const full = (batches: readonly { begin: unknown; end: unknown }[]) =>
    (batches as Parameters<typeof isEnd>[0][])
      .filter((batch) => !isEnd(batch)).length;
  const results = feed.results.length;
  switch (stage) {
    case "ingest":
      return {
        eventsIn: events,
        eventsOut: events,
        batches: full(feed.raw),
      };
    case "parse":
      return {
        eventsIn: events,
        eventsOut: rows(feed.events),
        batches: full(feed.raw),
      };
    case "rules":
      return {
        eventsIn: rows(feed.events),
        eventsOut: rows(feed.kept),
        batches: full(feed.events),
      };
    case "aggregate":
      return {
        eventsIn: rows(feed.kept),
        eventsOut: results,
        batches: full(feed.kept),
      };
    case "sink":
      return {
        eventsIn: feed.rejects.length + results,
        eventsOut: feed.rejects.length + results,
        batches: full(feed.sent),
      };
  }
}

/** The figures that a report leaves out. */
function absentFigures(report: StageReport): string[] {
  const { cpuMs, processingMs, peakRssBytes, batchLatency } = report;
  const figures = { cpuMs, processingMs, peakRssBytes, batchLatency };
  return Object.entries(figures).filter(([, value]) => !value)
    .map(([name]) =>
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    );
}
