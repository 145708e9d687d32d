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
import { rightOf, senderOf } from "../chain.ts";
import { type Check, expect, NotOffered } from "../check.ts";
import { largeLines, shortLines } from "../content.ts";
import type { Batch } from "../hop_methods.ts";
import { isFlat } from "../memory_trend.ts";

const BATCH = 1_000;

/** How many events are looked at, and what they may leave behind. */
export interface MemorySizes {
  /** By then a stage has all that it needs. */
  warm: number;
  /** So many that each collector works in it. */
  window: number;
  /** So many windows are looked at after the first. */
  windows: number;
  /** In bytes. */
  perEvent: number;
}

/**
 * Whoever is not flat in the last of these windows has grown by 146 MiB, from
 * what was left after one collection to what was left after another, which is no
 * collector's doing. Whoever is flat at once passes a million events.
 */
const SIZES: MemorySizes = {
  warm: 200_000,
  window: 400_000,
  windows: 12,
  perEvent: 32,
};

export const MEMORY_CHECKS: readonly Check[] = [
  {
    id: "memory-flat",
    sentence:
      `Takes no more memory the more events there are: each leaves less than ${SIZES.perEvent} bytes behind once a collector has worked.`,
    see: "4-credit",
    stages: STAGES,
    long: true,
    async run(bench) {
      // What it has done before is none of it.
      await bench.renew();
      await checkFlat(bench, SIZES);
      // The stream is amid its input.
      await bench.renew();
    },
  },
];

/**
 * Passes events through until the stage is flat.
 *
 * @throws {Violation} If it is not flat in the last window.
 * @throws {NotOffered} Where that cannot be known.
 */
export async function checkFlat(
  bench: Bench,
  { warm, window, windows, perEvent }: MemorySizes,
): Promise<void> {
  if (await readMemory(bench.process.pid, "VmRSS") === undefined) {
    throw new NotOffered("this system does not tell how much memory");
  }
  const most = warm + window * (1 + windows);
  const pass = await openPassage(bench, most);
  await pass(warm);
  const lowest: number[] = [];
  const flat = () => isFlat({ lowest, window, perEvent });
  while (!flat() && lowest.length <= windows) lowest.push(await pass(window));
  expect(flat(), {
    sent: `${grouped(most)} events in batches of ${grouped(BATCH)}`,
    came: `at least ${lowest.map(mib).join(", ")} MiB in windows of ${
      grouped(window)
    } events`,
    expected: `growth of less than ${perEvent} bytes an event`,
  });
}

function mib(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

/**
 * Passes so many events through, further on in one stream.
 *
 * @returns The least that the process held meanwhile, in bytes.
 */
type Passage = (events: number) => Promise<number>;

/** Opens a stream for so many events at most. */
function openPassage(bench: Bench, most: number): Promise<Passage> {
  return bench.stage === "ingest"
    ? openReading(bench, most)
    : openSending(bench);
}

/** Passes each batch by `step`, and looks at the memory after it. */
function passageOf({ process }: Bench, step: () => Promise<void>): Passage {
  return async (events) => {
    let lowest = Infinity;
    for (let passed = 0; passed < events; passed += BATCH) {
      await step();
      const held = await readMemory(process.pid, "VmRSS");
      lowest = Math.min(lowest, held ?? Infinity);
    }
    return lowest;
  };
}

/** Sends the same events over and over, each time further on in the input. */
async function openSending(bench: Bench): Promise<Passage> {
  const feed = bench.feed(largeLines(BATCH), { batch: BATCH });
  const chain = await bench.open(feed, { behaviour: { keeps: false } });
  const sender = senderOf(chain);
  const [batch] = feed.sent;
  const length = batch!.end!;
  let at = START;
  return passageOf(bench, async () => {
    const end = moved(at, length);
    await sender.sendAll([movedTo(batch!, at, end)], chain.window);
    at = end;
  });
}

/** Has ingest read a file that has the same events over and over. */
async function openReading(bench: Bench, most: number): Promise<Passage> {
  const feed = bench.feed(shortLines(BATCH), { batch: BATCH });
  await bench.give(feed, most / BATCH);
  const chain = await bench.open(feed, {
    request: { batch: BATCH },
    behaviour: { keeps: false },
  });
  const { arrived } = rightOf(chain);
  let events = 0;
  return passageOf(bench, () => {
    events += BATCH;
    return arrived.until(
      () => (arrived.items.at(-1)?.batch.end?.event ?? 0) >= events,
      `the events up to ${grouped(events)}`,
      "a file and a Run",
    );
  });
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
