/**
 * How much memory a stage takes.
 *
 * @module
 */

import { type Position, START } from "../../../proto/pipeline/batches.ts";
import { readMemory } from "../../../runtime/process/process_memory.ts";
import { grouped } from "../../../runtime/program/numbers.ts";
import { STAGES } from "../../../stages/names.ts";
import type { Bench } from "../bench.ts";
import { type Chain, passAll, senderOf } from "../chain.ts";
import { type Check, expect, NotOffered } from "../check.ts";
import { largeLines } from "../content.ts";
import { cutBatches, type Feed } from "../feed.ts";
import type { Batch } from "../hop_methods.ts";
import { isEnd } from "../receiver.ts";

const EVENTS = 1_000_000;
/** By then a stage has all that it needs. */
const WARM = 200_000;
const BATCH = 1_000;
/**
 * What a heap may grow by that is collected when it has to be. The batches are at
 * least twice as much between the two looks: who keeps them is found.
 */
const SLACK_BYTES = 48 * 1_048_576;

export const MEMORY_CHECKS: readonly Check[] = [
  {
    id: "memory-flat",
    sentence:
      "Takes no more memory for 1,000,000 events than for 200,000 of them, but for what a collector has not collected yet.",
    see: "4-credit",
    stages: STAGES,
    long: true,
    async run(bench) {
      // What it has done before is none of it.
      await bench.renew();
      if (await readMemory(bench.process.pid, "VmHWM") === undefined) {
        throw new NotOffered("this system does not tell how much memory");
      }
      const warm = await peakAfter(bench, 0, WARM);
      const whole = await peakAfter(bench, WARM, EVENTS);
      expect(whole - warm <= SLACK_BYTES, {
        sent: `${grouped(EVENTS)} events in batches of ${grouped(BATCH)}`,
        came: `a peak of ${mib(warm)} MiB at ${grouped(WARM)} events, and of ${
          mib(whole)
        } MiB at the end`,
        expected: `growth of ${mib(SLACK_BYTES)} MiB at most`,
      });
    },
  },
];

function mib(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

/** Passes events through, and returns the peak of the process by then. */
async function peakAfter(
  bench: Bench,
  from: number,
  until: number,
): Promise<number> {
  const feed = bench.feed(largeLines(BATCH), { batch: BATCH });
  const rounds = (until - from) / BATCH;
  if (bench.stage === "ingest") {
    const content = new Uint8Array(feed.content.length * rounds);
    for (let round = 0; round < rounds; round++) {
      content.set(feed.content, round * feed.content.length);
    }
    const all: Feed = { ...feed, content, raw: cutBatches(content, BATCH) };
    await passAll(await bench.open(all, { request: { batch: BATCH } }));
  } else {
    const chain = await bench.open(feed);
    await passRepeated(chain, rounds);
  }
  return await readMemory(bench.process.pid, "VmHWM") ?? 0;
}

/** Sends the same events over and over, each time further on in the input. */
async function passRepeated(chain: Chain, rounds: number): Promise<void> {
  const { feed, said, window } = chain;
  const sender = senderOf(chain);
  const [batch] = feed.sent;
  const length = batch!.end!;
  let at = START;
  for (let round = 0; round < rounds; round++) {
    const end = moved(at, length);
    await sender.sendAll([movedTo(batch!, at, end)], window);
    at = end;
  }
  const last = feed.sent.filter((each) => isEnd(each));
  await sender.sendAll(last.map((each) => movedTo(each, at, at)), window);
  sender.end();
  await said.untilOver("the end of the stream", `${rounds} batches`);
}

function moved(by: Position, to: Position): Position {
  return {
    event: by.event + to.event,
    offset: by.offset + to.offset,
    line: by.line + to.line,
  };
}

function movedTo(batch: Batch, begin: Position, end: Position): Batch {
  const moved = { ...batch, begin, end };
  return "linesOffset" in moved
    ? { ...moved, linesOffset: begin.offset } as Batch
    : moved;
}
