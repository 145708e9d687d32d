/**
 * Compares all that a stage has made of a feed with what our own transforms make
 * of it.
 *
 * @module
 */

import type {
  EventBatch,
  RawBatch,
  Reject,
} from "../../proto/pipeline/batches.ts";
import { Buffer } from "node:buffer";
import type { ResultBatch__Output } from "../../proto/types/pipeline/v1/ResultBatch.ts";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { openSink } from "../../stages/sink/sink.ts";
import type { Bench } from "./bench.ts";
import { passAll } from "./chain.ts";
import { equalParts, meaningOf } from "./compare.ts";
import type { Feed } from "./feed.ts";
import type { Batch } from "./hop_methods.ts";
import type { Arrived } from "./receiver.ts";

/**
 * Passes a feed through the stage and compares.
 *
 * @param sent What the feed is, for messages.
 * @throws {Violation} At the first difference.
 */
export async function passAndCompare(
  bench: Bench,
  feed: Feed,
  sent: string,
): Promise<void> {
  const arrived = await passAll(await bench.open(feed));
  await compareOutcome(bench, feed, arrived, sent);
}

/** Compares what has come, or was written. */
export async function compareOutcome(
  bench: Bench,
  feed: Feed,
  arrived: readonly Arrived[],
  sent: string,
): Promise<void> {
  const batches = arrived.map(({ batch }) => batch);
  switch (bench.stage) {
    case "ingest":
      return equalParts(linesOf(batches), linesOf(feed.raw), sent);
    case "parse":
    case "rules": {
      const parsed = (all: Batch[]) =>
        all.map((batch) =>
          meaningOf(withoutTimes(batch) as EventBatch, feed.schema, sent)
        );
      return equalParts(parsed(batches), parsed(feed.expected), sent);
    }
    case "aggregate":
      return equalParts(
        toldOf(batches as ResultBatch__Output[]),
        {
          rejects: feed.rejects.map(withText),
          results: feed.results,
          totals: feed.totals,
        },
        sent,
      );
    case "sink":
      return await compareFiles(bench, feed, sent);
  }
}

/** All bytes that were read, and the rejects that ingest makes. */
function linesOf(batches: readonly Batch[]) {
  const raw = batches as unknown as RawBatch[];
  return {
    lines: Buffer.concat(raw.map(({ lines }) => lines)),
    oversized: raw.flatMap(({ oversized }) =>
      oversized ? [withText(oversized)] : []
    ),
    end: raw.at(-1)?.end,
  };
}

/** What the sink is told, however it is cut. */
function toldOf(batches: readonly ResultBatch__Output[]) {
  return {
    rejects: batches.flatMap(({ rejects }) =>
      rejects.map((each) => withText(each as unknown as Reject))
    ),
    results: batches.flatMap(({ results }) => results),
    totals: batches.at(-1)?.outcome?.totals,
  };
}

function withText(reject: Reject) {
  return { ...reject, text: Uint8Array.from(reject.text) };
}

/** When something was read is never the same. */
function withoutTimes({ firstMs: _first, lastMs: _last, ...batch }: Batch & {
  firstMs?: number;
  lastMs?: number;
}): Batch {
  return batch;
}

/** Compares the files with those that our own sink writes. */
async function compareFiles(
  { files, run }: Bench,
  feed: Feed,
  sent: string,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "denizen-conformance-" });
  try {
    const paths = {
      run,
      output: `${folder}/results`,
      rejects: `${folder}/rejects`,
    };
    {
      using sink = await openSink(paths, feed);
      await sink.writeRejects(feed.rejects);
      sink.takeResults(feed.results);
      await sink.commit(feed.totals);
    }
    for (const name of ["results", "rejects"] as const) {
      const path = name === "results" ? files.output : files.rejects;
      equalParts(
        (await ifThere(Deno.readTextFile(path)))?.split("\n") ?? "no such file",
        (await Deno.readTextFile(paths[name === "results" ? "output" : name]))
          .split("\n"),
        `${sent}; the ${name} file`,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
