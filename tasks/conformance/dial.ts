/**
 * Opens streams to the stage: as the stage before it does, or as the engine asks
 * ingest for a run.
 *
 * @module
 */

import {
  type Lane,
  type Opening,
  type Position,
  START,
} from "../../proto/pipeline/batches.ts";
import { IngestService } from "../../proto/pipeline/contract.ts";
import type { NextStage__Output } from "../../proto/types/pipeline/v1/NextStage.ts";
import type { Receipt__Output } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { RunRequest } from "../../proto/types/pipeline/v1/RunRequest.ts";
import type { RunUpdate__Output } from "../../proto/types/pipeline/v1/RunUpdate.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { Connection } from "../../runtime/rpc/connect.ts";
import { faultOf } from "../../runtime/rpc/status.ts";
import { openEvents } from "../../stages/events/event_batch.ts";
import { type Load, WINDOW } from "../../stages/hop/window.ts";
import type { StageName } from "../../stages/names.ts";
import type { Chain, Ending } from "./chain.ts";
import { createEventLog } from "./event_log.ts";
import type { Feed } from "./feed.ts";
import {
  type Batch,
  describePlace,
  HOP_METHODS,
  type Receiver as ReceiverStage,
} from "./hop_methods.ts";
import type { Behaviour } from "./receiver.ts";
import { openSender, type Sender } from "./sender.ts";
import { BATCH } from "./stage_spec.ts";

/** How a stream is opened. */
export interface OpenOptions {
  window?: Partial<Load>;
  /** Where the next stage wants to be sent from. @default {the start} */
  resume?: Position;
  /** How the next stage behaves; false: as the check says. @default {as usual} */
  behaviour?: Behaviour | false;
  lane?: Lane;
  /** Where the sender stands. @default {the start} */
  begin?: Position;
  /** Laid over the opening, or over the Run of ingest. */
  opening?: Partial<Opening>;
  request?: Partial<RunRequest>;
  /** By which connection. @default {the one with the token} */
  connection?: Connection;
}

/** A stream that was opened, and what the stage has said on it. */
export type Dialled = Pick<Chain, "sender" | "said" | "ending" | "cancel">;

/** Who is called, and what it is told of the run. */
export interface Called {
  stage: StageName;
  run: string;
  connection: Connection;
  /** Where the processes of the next stage are. */
  next: string[];
  patienceMs: number;
}

/** Opens a stream of batches, and sends the opening. */
export function dialStage(
  called: Called,
  feed: Feed,
  options: OpenOptions,
): Dialled {
  const opening = openingOf(called, feed, options);
  const stage = called.stage as ReceiverStage;
  const { requestSerialize } = HOP_METHODS[stage];
  return dialBytes(
    { ...called, connection: options.connection ?? called.connection },
    requestSerialize(openingMessage(stage, opening, options.begin)),
  );
}

/** Opens a stream with any bytes. */
export function dialBytes(
  { stage, connection, patienceMs }: Called,
  first: Uint8Array,
): Dialled & { sender: Sender } {
  const method = HOP_METHODS[stage as ReceiverStage];
  const sender = openSender(connection, method, patienceMs);
  sender.send(first);
  return {
    sender,
    said: sender.receipts,
    ending: () => endingOf(sender.receipts.items),
    cancel: sender.cancel,
  };
}

/** Asks ingest for the run. */
export function dialIngest(
  called: Called,
  feed: Feed,
  { window, request, connection = called.connection }: OpenOptions,
): Dialled {
  const call = new AbortController();
  const said = createEventLog<RunUpdate__Output>(
    called.patienceMs,
    describeUpdate,
  );
  const updates = connection.serverStream(IngestService.Run, {
    run: called.run,
    batch: BATCH,
    lingerMs: 0,
    windowBatches: window?.batches ?? 0,
    schema: feed.schema,
    next: nextOf(called),
    ...request,
  }, { signal: call.signal });
  const read = async () => {
    try {
      let broken: Fault | undefined;
      for await (const update of updates) {
        said.add(update);
        // So it can say how far it was; the call itself ends well.
        if (update.broken) broken = faultOf(update.broken);
      }
      said.close(broken);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      said.close(error);
    }
  };
  void read();
  return {
    sender: undefined,
    said,
    cancel: () => call.abort(),
    ending() {
      const { totals, stages = [] } =
        said.items.find(({ finished }) => finished)?.finished ?? {};
      return { totals, reports: stages };
    },
  };
}

/** The opening that a stage is sent. */
export function openingOf(
  called: Called,
  feed: Feed,
  { window, lane, opening }: OpenOptions = {},
): Opening {
  const { stage, run } = called;
  return {
    run,
    windowBatches: window?.batches ?? WINDOW.batches,
    windowBytes: window?.bytes ?? WINDOW.bytes,
    schema: feed.schema,
    tags: stage === "aggregate" || stage === "sink" ? feed.tags : [],
    protocol: 1,
    next: nextOf(called),
    ...(lane ? { lane } : {}),
    ...opening,
  };
}

/** Where the stages behind this one are. */
function nextOf({ next }: Called): NextStage__Output[] {
  return next.length > 0 ? [{ addresses: next }] : [];
}

/** The first message of a stream. */
export function openingMessage(
  stage: ReceiverStage,
  opening: Opening,
  begin: Position = START,
): Batch {
  const place = { begin, end: begin };
  switch (stage) {
    case "parse":
      return {
        opening,
        ...place,
        linesOffset: 0,
        lines: new Uint8Array(),
      } as Batch;
    case "rules":
    case "aggregate":
      return { ...openEvents(opening), ...place };
    case "sink":
      return { opening, ...place };
  }
}

function endingOf(receipts: readonly Receipt__Output[]): Ending {
  return {
    totals: receipts.find(({ totals }) => totals)?.totals ?? undefined,
    reports: receipts.flatMap(({ report }) => report ? [report] : []),
  } as Ending;
}

function describeUpdate(
  { opened, progress, finished, broken }: RunUpdate__Output,
) {
  if (broken) return `broken: ${broken.message}`;
  if (opened) return `opened at ${describePlace(opened.sent)}`;
  if (progress) return `progress at ${describePlace(progress.sent)}`;
  return finished ? "finished" : "an empty update";
}
