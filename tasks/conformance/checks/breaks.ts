/**
 * What a stage does when something breaks: a neighbour, a call, or itself.
 *
 * @module
 */

import { Fault } from "../../../runtime/program/errors.ts";
import { STAGES } from "../../../stages/names.ts";
import type { Bench } from "../bench.ts";
import { type Chain, expectBroken, passAll, rightOf } from "../chain.ts";
import { type Check, expect, HOLDING, MIDDLE, WITH_NEXT } from "../check.ts";
import { mixedLines, rejectedLines } from "../content.ts";
import { compareOutcome, passAndCompare } from "../outcome.ts";

const DISK_FULL = "Cannot write the results: the disk is full";

export const BREAK_CHECKS: readonly Check[] = [
  {
    id: "fault-passed",
    sentence:
      "Passes on a fault of the next stage that is the run's own, FAILED_PRECONDITION with its words, without waiting for more batches.",
    see: "when-something-breaks",
    stages: WITH_NEXT,
    async run(bench) {
      const chain = await openHalf(bench);
      rightOf(chain).fail(new Fault("failed_precondition", DISK_FULL));
      const { message } = await expectBroken(chain.said, {
        codes: ["failed_precondition"],
        sent: `FAILED_PRECONDITION "${DISK_FULL}" from the next stage`,
        expected: "the same from this stage",
      });
      expect(message === DISK_FULL, {
        sent: DISK_FULL,
        came: message,
        expected: "the same words",
      });
    },
  },
  {
    id: "next-breaks",
    sentence:
      "Ends its call as UNAVAILABLE or CANCELLED when the stream to the next stage breaks, and serves the next call.",
    see: "when-something-breaks",
    stages: WITH_NEXT,
    async run(bench) {
      const chain = await openHalf(bench);
      rightOf(chain).fail(new Fault("unavailable", "The next stage has died"));
      await expectBroken(chain.said, {
        codes: ["unavailable", "cancelled"],
        sent: "UNAVAILABLE from the next stage",
        expected: "UNAVAILABLE or CANCELLED",
      });
      await passAndCompare(bench, halfFeed(bench), "a new stream");
    },
  },
  {
    id: "next-ends-early",
    sentence:
      "Takes a stream of the next stage that ends well, but without a report, for a break.",
    see: "when-something-breaks",
    stages: WITH_NEXT,
    async run(bench) {
      const chain = await openHalf(bench);
      rightOf(chain).finish();
      await expectBroken(chain.said, {
        codes: ["unavailable", "cancelled"],
        sent: "the end of the next stage's stream, before all was sent",
        expected: "UNAVAILABLE or CANCELLED",
      });
    },
  },
  {
    id: "cancelled-call",
    sentence:
      "Ends the stream to the next stage when its own call is cancelled, and serves the next call.",
    see: "when-something-breaks",
    stages: STAGES,
    async run(bench) {
      const chain = await openHalf(bench);
      chain.cancel();
      const { right } = chain;
      if (right) {
        const over = await right.arrived.untilOver(
          "the stream to the next stage ends",
          "a cancelled call",
        );
        expect(over.fault !== undefined, {
          sent: "a cancelled call",
          came: "a stream to the next stage that ended well",
          expected: "one that is cancelled, too",
        });
      }
      await passAndCompare(bench, halfFeed(bench), "a new stream");
    },
  },
  {
    id: "newer-stream",
    sentence:
      "Lets a newer stream of its run take over: the older one ends as CANCELLED, and the newer one has its resume.",
    see: "when-something-breaks",
    stages: HOLDING,
    async run(bench) {
      const older = await openHalf(bench);
      const feed = halfFeed(bench);
      const newer = await bench.open(feed);
      await expectBroken(older.said, {
        codes: ["cancelled", "unavailable"],
        sent: "another opening of the same run",
        expected: "the older stream ends as CANCELLED",
      });
      const arrived = await passAll(newer);
      await compareOutcome(bench, feed, arrived, "the newer stream");
    },
  },
  {
    id: "streams-apart",
    sentence:
      "Serves two streams at once, each by itself: it keeps nothing of one for another.",
    see: "when-something-breaks",
    stages: MIDDLE,
    async run(bench) {
      const feeds = [40, 70].map((count) => bench.feed(mixedLines(count)));
      const chains: Chain[] = [];
      for (const feed of feeds) chains.push(await bench.open(feed));
      const passed = await Promise.all(chains.map((chain) => passAll(chain)));
      for (const [at, arrived] of passed.entries()) {
        await compareOutcome(bench, feeds[at]!, arrived, "two streams at once");
      }
    },
  },
  {
    id: "sigterm",
    sentence:
      "Ends on SIGTERM with exit code 0: open streams end as UNAVAILABLE or CANCELLED, and no new one is served.",
    see: "the-process",
    stages: STAGES,
    async run(bench) {
      const { said } = await openHalf(bench);
      bench.process.signal("SIGTERM");
      const { code } = await bench.process.ended("its end", "SIGTERM");
      expect(code === 0, {
        sent: "SIGTERM, while a stream is open",
        came: `exit code ${code}`,
        expected: "exit code 0",
      });
      await expectBroken(said, {
        codes: ["unavailable", "cancelled"],
        sent: "SIGTERM, while a stream is open",
        expected: "the stream ends as UNAVAILABLE or CANCELLED",
      });
    },
  },
  {
    id: "kill-9",
    sentence:
      "Serves again where it is started once more after SIGKILL, with the same command line, and makes the same of the same input.",
    see: "when-something-breaks",
    stages: STAGES,
    async run(bench) {
      const { said } = await openHalf(bench);
      bench.process.signal("SIGKILL");
      await expectBroken(said, {
        sent: "SIGKILL, while a stream is open",
        expected: "the stream breaks",
      });
      await bench.startAgain();
      await passAndCompare(bench, halfFeed(bench), "a new stream");
    },
  },
  {
    id: "sigstop",
    sentence:
      "Goes on after SIGSTOP and SIGCONT: the window bounds what is sent to it meanwhile, and nothing is lost or doubled.",
    see: "when-something-breaks",
    stages: STAGES,
    async run(bench) {
      const feed = bench.feed(mixedLines(600));
      const chain = await bench.open(feed, { window: { batches: 8 } });
      const { right, sender, said } = chain;
      const passing = passAll(chain);
      passing.catch(() => {}); // it is awaited below
      await said.until(
        () => (right?.arrived.items.length ?? sender!.answered.batches) > 4,
        "some of the batches",
        "batches",
      );
      bench.process.signal("SIGSTOP");
      const held = sender && sender.sent.batches - sender.answered.batches;
      bench.process.signal("SIGCONT");
      expect((held ?? 0) <= chain.window.batches, {
        sent: "SIGSTOP",
        came: `${held} batches without an answer`,
        expected: `${chain.window.batches} at most`,
      });
      const arrived = await passing;
      await compareOutcome(bench, feed, arrived, "SIGSTOP and SIGCONT");
    },
  },
];

function halfFeed(bench: Bench) {
  return bench.feed(rejectedLines(600));
}

/** Opens a stream that does not come to its end by itself. */
async function openHalf(bench: Bench): Promise<Chain> {
  const feed = halfFeed(bench);
  const window = { batches: 8 };
  // Ingest would read to the end.
  const hold = bench.stage === "ingest"
    ? { hold: Promise.withResolvers<void>().promise }
    : {};
  const chain = await bench.open(feed, { window, behaviour: hold });
  const { sender, right } = chain;
  await sender?.sendAll(feed.sent.slice(0, 5), chain.window);
  await right?.arrived.until(
    () => right.arrived.items.length > 0,
    "a batch at the next stage",
    "five batches",
  );
  return chain;
}
