/**
 * What is safe: `sync`, what is committed, and going on from there.
 *
 * @module
 */

import {
  type EventBatch,
  type Position,
  START,
} from "../../../proto/pipeline/batches.ts";
import type { Committed__Output } from "../../../proto/types/pipeline/v1/Committed.ts";
import type { Receipt__Output } from "../../../proto/types/pipeline/v1/Receipt.ts";
import { statIfThere } from "../../../runtime/files/optional_file.ts";
import { partialPath } from "../../../stages/sink/sink.ts";
import type { Bench } from "../bench.ts";
import {
  type Chain,
  passAll,
  rightOf,
  senderOf,
  withoutEnd,
} from "../chain.ts";
import { type Check, expect, MIDDLE } from "../check.ts";
import { equalParts } from "../compare.ts";
import { mixedLines } from "../content.ts";
import type { Feed } from "../feed.ts";
import { type Batch, describeBatch, describePlace } from "../hop_methods.ts";
import { compareOutcome } from "../outcome.ts";
import { type Arrived, KEPT_BYTES, KEPT_FILE } from "../receiver.ts";

/** How often a run is begun anew from what was saved. */
const RESUMES = 10;

export const SAVING_CHECKS: readonly Check[] = [
  {
    id: "sync-passed",
    sentence: "Passes `sync` on with the batch that has it, and no other.",
    see: "5-committed",
    stages: MIDDLE,
    async run(bench) {
      const feed = bench.feed(mixedLines(60));
      const sent = feed.sent.map((batch, at) => ({ ...batch, sync: at === 2 }));
      const arrived = await passAll(await bench.open(feed), sent);
      equalParts(
        withoutEnd(arrived).map(({ sync }) => sync === true),
        sent.slice(0, -1).map(({ sync }) => sync),
        "batches, the third with sync",
      );
    },
  },
  {
    id: "committed-passed",
    sentence:
      "Passes on what the next stage says is safe, as it comes, and says nothing of its own.",
    see: "5-committed",
    stages: MIDDLE,
    async run(bench) {
      const feed = bench.feed(mixedLines(60));
      const chain = await bench.open(feed);
      const { position } = await syncAt(chain, 3);
      equalParts(position, feed.sent[2]!.end, "a sync, and committed");
      const { length } = committedOf(chain);
      expect(length === 1, {
        sent: "one committed of the next stage",
        came: `${length} of this one`,
        expected: "one",
      });
    },
  },
  {
    id: "sync-saves",
    sentence:
      "Makes safe on `sync` what it has up to that batch, at once, and says so: aggregate once the sink has kept its rejects and the checkpoint is on disk, sink once its file is.",
    see: "5-committed",
    stages: ["aggregate", "sink"],
    async run(bench) {
      const feed = bench.feed(mixedLines(60));
      const hold = Promise.withResolvers<void>();
      const chain = await bench.open(feed, {
        behaviour: { hold: hold.promise },
      });
      const asked = syncAt(chain, 3);
      asked.catch(() => {}); // it is awaited below
      if (chain.right) {
        await chain.right.arrived.until(
          () => chain.right!.arrived.items.some(({ batch }) => batch.sync),
          "a sync for the sink",
          "a batch with sync",
        );
        await bench.process.settle();
        expect(committedOf(chain).length === 0, {
          sent: "a sync, while the sink has kept nothing",
          came: "committed",
          expected: "nothing is safe before the sink has kept its rejects",
        });
      }
      hold.resolve();
      const { position, kept } = await asked;
      equalParts(position, feed.sent[2]!.end, "a batch with sync");
      if (bench.stage === "aggregate") return;
      const partial = await unfinishedRejects(bench);
      expect(Number(kept?.bytes) === partial && partial > 0, {
        sent: "rejects, and a sync",
        came: `${kept?.bytes} bytes kept, and a file of ${partial} bytes`,
        expected: "as many bytes kept as the file has",
      });
    },
  },
  {
    id: "resume-saved",
    sentence:
      "Goes on from each of ten checkpoints after SIGKILL: the resume is what was committed last, the sink is told what it had kept, and the results are those of a run that was never broken.",
    see: "5-committed",
    stages: ["aggregate"],
    async run(bench) {
      const feed = bench.feed(mixedLines(RESUMES * 20), { batch: 4 });
      const all: Arrived[] = [];
      const each = Math.floor(feed.sent.length / (RESUMES + 1));
      let at = 0;
      let rejects = 0;
      for (let round = 0; round < RESUMES; round++, at += each) {
        const chain = await openAt(bench, feed, at, rejects);
        const own = feed.sent.slice(at, at + each);
        await syncAt(chain, each, own);
        // After the checkpoint, what a crash takes back.
        await senderOf(chain).sendAll(
          feed.sent.slice(at + each, at + each + 1),
          chain.window,
        );
        rejects += rejectsOf(own);
        const { arrived } = rightOf(chain);
        const safe = arrived.items.findLastIndex(({ batch }) => batch.sync);
        all.push(...arrived.items.slice(0, safe + 1));
        bench.process.signal("SIGKILL");
        await bench.process.ended("its end", "SIGKILL");
        await bench.startAgain();
      }
      const chain = await openAt(bench, feed, at, rejects);
      all.push(...await passAll(chain, feed.sent.slice(at)));
      await compareOutcome(bench, feed, all, "ten checkpoints and SIGKILLs");
    },
  },
  {
    id: "resume-kept",
    sentence:
      "Goes on with the rejects file that it has kept, ten times after SIGKILL, and forgets what is after that.",
    see: "5-committed",
    stages: ["sink"],
    async run(bench) {
      const feed = bench.feed(mixedLines(RESUMES * 20), { batch: 4 });
      const { length } = feed.raw;
      const each = Math.floor((length - 1) / (RESUMES + 1));
      let at = 0;
      let kept: Committed__Output["kept"] | undefined;
      for (let round = 0; round < RESUMES; round++, at += each) {
        const chain = await openKept(bench, feed, at, kept);
        ({ kept } = await syncAt(chain, each, feed.sent.slice(at, at + each)));
        await senderOf(chain).sendAll(
          feed.sent.slice(at + each, at + each + 1),
          chain.window,
        );
        bench.process.signal("SIGKILL");
        await bench.process.ended("its end", "SIGKILL");
        await bench.startAgain();
      }
      const chain = await openKept(bench, feed, at, kept);
      await passAll(chain, feed.sent.slice(at));
      await compareOutcome(bench, feed, [], "ten times kept, and SIGKILL");
    },
  },
  {
    id: "resume-anywhere",
    sentence:
      "Begins at any position that the next stage asks for, and makes the same of what is after it.",
    see: "3-batches",
    stages: ["ingest", ...MIDDLE],
    async run(bench) {
      const feed = bench.feed(mixedLines(220), { batch: 20 });
      const places = feed.raw.slice(0, -1).map(({ end }) => end);
      for (const [at, resume] of places.slice(0, RESUMES).entries()) {
        const rest = restOf(feed, at + 1);
        const chain = await bench.open(feed, {
          resume,
          request: { batch: 20 },
        });
        const arrived = await passAll(chain, rest.sent);
        const first = arrived[0]?.batch.begin;
        const sent = `a resume at ${describePlace(resume)}`;
        expect(describePlace(first) === describePlace(resume), {
          sent,
          came: `a first batch from ${describePlace(first)}`,
          expected: "one from there",
        });
        await compareOutcome(bench, rest, arrived, sent);
      }
    },
  },
];

/** What is left of a feed after so many batches. */
function restOf(feed: Feed, from: number): Feed {
  return {
    ...feed,
    raw: feed.raw.slice(from),
    sent: feed.sent.slice(from),
    expected: feed.expected.slice(from),
  };
}

/**
 * Sends so many batches, the last with sync, and waits until it is safe.
 *
 * @param batches What they are. @default {the first of the feed}
 */
async function syncAt(
  chain: Chain,
  count: number,
  batches: readonly Batch[] = chain.feed.sent.slice(0, count),
): Promise<Committed__Output> {
  const last = { ...batches.at(-1)!, sync: true };
  const before = committedOf(chain).length;
  await senderOf(chain).sendAll([...batches.slice(0, -1), last], chain.window);
  await chain.said.until(
    () => committedOf(chain).length > before,
    `committed at ${describePlace(last.end)}`,
    describeBatch(last),
  );
  const committed = committedOf(chain)[before]!;
  expect(describePlace(committed.position) === describePlace(last.end), {
    sent: describeBatch(last),
    came: `committed at ${describePlace(committed.position)}`,
    expected: `committed at ${describePlace(last.end)}`,
  });
  return committed;
}

function committedOf({ said }: Chain): Committed__Output[] {
  const receipts = said.items as readonly Receipt__Output[];
  return receipts.flatMap(({ committed }) => committed ? [committed] : []);
}

/** Opens aggregate, which must go on from a batch of the feed. */
async function openAt(
  bench: Bench,
  feed: Feed,
  at: number,
  rejects: number,
): Promise<Chain> {
  const chain = await bench.open(feed);
  const [first] = chain.said.items as readonly Receipt__Output[];
  const wanted = feed.sent[at]!.begin;
  const sent = "an opening after a checkpoint and SIGKILL";
  const came = describePlace(first?.resume?.position);
  expect(came === describePlace(wanted), {
    sent,
    came: `a resume at ${came}`,
    expected: `a resume at ${describePlace(wanted)}`,
  });
  const { kept } = rightOf(chain).first.opening!;
  equalParts(
    at === 0 ? undefined : kept,
    at === 0 ? undefined : { bytes: rejects * KEPT_BYTES, file: KEPT_FILE },
    `${sent}; what the sink is told that it has kept`,
  );
  return chain;
}

/** Opens sink, which goes on with what it has kept. */
function openKept(
  bench: Bench,
  feed: Feed,
  at: number,
  kept: Committed__Output["kept"] | undefined,
): Promise<Chain> {
  const begin: Position = feed.sent[at]!.begin ?? START;
  return bench.open(feed, {
    begin,
    opening: kept ? { kept } : {},
  });
}

function rejectsOf(batches: readonly Batch[]): number {
  return (batches as EventBatch[])
    .reduce((sum, { rejects }) => sum + rejects.length, 0);
}

/** How long the file is that the sink writes rejects to. */
async function unfinishedRejects({ files, run }: Bench): Promise<number> {
  const path = partialPath(files.rejects, run);
  return (await statIfThere(path))?.size ?? 0;
}
