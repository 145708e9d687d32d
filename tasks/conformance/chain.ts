/**
 * The stage between its neighbours, while one stream goes through it.
 *
 * @module
 */

import type { Finished__Output } from "../../proto/types/pipeline/v1/Finished.ts";
import type { StageReport } from "../../proto/types/pipeline/v1/StageReport.ts";
import type { Load } from "../../stages/hop/window.ts";
import { expect, Violation } from "./check.ts";
import { describeOver, type EventLog, type Over } from "./event_log.ts";
import type { Feed } from "./feed.ts";
import { type Batch, describePlace } from "./hop_methods.ts";
import { type Arrived, isEnd, type Receiver } from "./receiver.ts";
import { describeSent, type Sender } from "./sender.ts";

/** An open stream through the stage. */
export interface Chain {
  feed: Feed;
  window: Load;
  /** Sends to the stage; undefined for ingest, which reads a file. */
  sender: Sender | undefined;
  /** What the stage says to the left. */
  said: EventLog<unknown>;
  /** The stream to the next stage; undefined for sink. */
  right: Receiver | undefined;
  /** What the stage ended with, as far as that has come. */
  ending(): Ending;
  cancel(): void;
}

/** What a stream ends with. */
export interface Ending {
  totals: Finished__Output["totals"] | undefined;
  reports: StageReport[];
}

/** The right of a stage that has one. */
export function rightOf({ right }: Chain): Receiver {
  if (right) return right;
  throw new TypeError("This stage has no stage after it");
}

/** The left of a stage that is sent batches. */
export function senderOf({ sender }: Chain): Sender {
  if (sender) return sender;
  throw new TypeError("This stage is sent nothing");
}

/**
 * Sends all that the stage is to be sent, and waits for the end of the stream.
 *
 * @param batches What is sent. @default {all of the feed}
 * @throws {Violation} If the stream does not end well, or the stage did on the
 * way what it must not.
 */
export async function passAll(
  chain: Chain,
  batches: readonly Batch[] = chain.feed.sent,
): Promise<Arrived[]> {
  const { sender, said, right, window } = chain;
  await sender?.sendAll(batches, window);
  sender?.end();
  const sent = sender ? describeSent(batches) : "a file and a Run";
  const over = await said.untilOver("the end of the stream", sent);
  expect(!over.fault, {
    sent,
    came: describeOver(over),
    expected: "all of it goes through, and the stream ends well",
  });
  checkRight(chain, sent);
  return [...right?.arrived.items ?? []];
}

/** What must hold of the stream to the right, whatever it carries. */
export function checkRight({ right, feed }: Chain, sent: string): void {
  if (!right) return;
  if (right.wrong) throw right.wrong;
  checkRow(right.arrived.items, feed, sent);
}

/** Each batch begins where the one before it ended. */
export function checkRow(
  arrived: readonly Arrived[],
  feed: Feed,
  sent: string,
): void {
  let end = arrived[0]?.batch.begin;
  for (const { batch } of arrived) {
    expect(describePlace(batch.begin) === describePlace(end), {
      sent,
      came: `a batch from ${describePlace(batch.begin)}`,
      expected: `one from ${describePlace(end)}, where the one before it ended`,
    });
    end = batch.end;
  }
  const last = feed.raw.at(-1)!.end;
  expect(arrived.length === 0 || describePlace(end) === describePlace(last), {
    sent,
    came: `the last batch ends at ${describePlace(end)}`,
    expected: `it ends at ${describePlace(last)}`,
  });
}

/** Waits for a stream that must not end well. */
export async function expectBroken(
  said: EventLog<unknown>,
  { codes, sent, expected }: {
    /** The faults that are right. @default {any} */
    codes?: readonly string[];
    sent: string;
    expected: string;
  },
): Promise<NonNullable<Over["fault"]>> {
  const over = await said.untilOver(expected, sent);
  const { fault } = over;
  if (!fault || (codes && !codes.includes(fault.code))) {
    throw new Violation({ sent, came: describeOver(over), expected });
  }
  return fault;
}

/** The batches that carry something. */
export function withoutEnd(arrived: readonly Arrived[]): Batch[] {
  return arrived.map(({ batch }) => batch).filter((batch) => !isEnd(batch));
}
