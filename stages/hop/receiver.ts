/**
 * The receiving end of the stream between two stages.
 *
 * Reads the opening, then batches that must follow one another without a gap,
 * and answers them in groups, so that receipts cost little.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import {
  isSamePosition,
  type Opening,
  type Position,
} from "../../proto/pipeline/batches.ts";
import type { HopMethod } from "../../proto/pipeline/contract.ts";
import type { Committed } from "../../proto/types/pipeline/v1/Committed.ts";
import type { Receipt } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { StageReport } from "../../proto/types/pipeline/v1/StageReport.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type {
  Incoming,
  MessageStream,
} from "../../runtime/rpc/message_stream.ts";
import type { StageName } from "../names.ts";
import type { Meter } from "./meter.ts";
import { checkProtocol } from "./opening.ts";
import { createSampling, tookTogether } from "./sampling.ts";
import type { Ending, Resume } from "./sender.ts";
import { type Load, mustAnswer } from "./window.ts";

/** What every batch has. */
export interface AnyBatch {
  opening?: Opening | null;
  begin: Position | null;
  end: Position | null;
  sync?: boolean;
  firstMs?: number;
  lastMs?: number;
}

/** A batch as it arrived. */
export interface Received<Batch> {
  batch: Batch;
  /** Its encoded size. */
  bytes: number;
  /** Where its times were looked at. */
  timed?: Timed | undefined;
}

/** The times of a batch, which may stand for some before it. */
export interface Timed {
  /** When it was decoded, as `performance.now()`. */
  arrivedMs: number;
  /** How long that took. */
  decodeMs: number;
  /** How many batches these are the times of. */
  batches: number;
}

/** The receiving end, after its opening; of one stream, or of several as one. */
export interface Inlet<Batch> {
  readonly opening: Opening;
  /** Where the sender stands. */
  readonly begin: Position | null;
  /** Tells the sender where to send from. To be called once, before reading. */
  resume(resume: Resume): void;
  /** The batches in order. @throws {Fault} When the sender goes away. */
  batches(meter: Meter): Incoming<Received<Batch>>;
  /** Says that a batch has been dealt with. */
  answer(received: Received<Batch>): void;
  /** Says what is safe. */
  committed(committed: Committed): void;
  /** Sends what the stream ends with, the stage's own report first. */
  end(own: StageReport, behind?: Ending): void;
}

/** The receiving end of one stream. */
export interface StreamInlet<Batch> extends Inlet<Batch> {
  /**
   * The next batch, unchecked and uncounted; undefined after the last.
   *
   * @throws {Fault} When the sender goes away.
   */
  next(): Promise<Received<Batch> | undefined>;
  /** Says that the results of a position have been dealt with. */
  written(position: Position): void;
}

/** The method as a server offers it: batches arrive with their size and time. */
export function receiving<Batch>(
  method: HopMethod<never, Batch>,
): HopMethod<never, Received<Batch>> {
  const decode = (bytes: Buffer) => method.requestDeserialize(bytes);
  const sampling = createSampling();
  const requestDeserialize = (bytes: Buffer): Received<Batch> => {
    const batches = sampling.next();
    if (batches === 0) return { batch: decode(bytes), bytes: bytes.length };
    const start = performance.now();
    sampling.began(start);
    const batch = decode(bytes);
    const arrivedMs = performance.now();
    const timed = { arrivedMs, decodeMs: arrivedMs - start, batches };
    return { batch, bytes: bytes.length, timed };
  };
  return { ...method, requestDeserialize } as unknown as HopMethod<
    never,
    Received<Batch>
  >;
}

/**
 * Reads the opening of a stream.
 *
 * @param stage Whose stream it is.
 * @param own The run that the stage belongs to. @default {any}
 * @throws {Fault} `invalid` if the stream does not begin with one;
 * `failed_precondition` if it is of another run, or of a newer protocol.
 */
export async function openInlet<Batch extends AnyBatch>(
  stream: MessageStream<Received<Batch>, Receipt>,
  stage: StageName,
  own?: string,
): Promise<StreamInlet<Batch>> {
  const first = await stream.incoming.next();
  const { opening, begin } = first.done ? {} : first.value.batch;
  if (!opening?.run) {
    throw new Fault(
      "invalid",
      "Cannot read the stream: its first message is no opening that names a run",
    );
  }
  checkProtocol(opening.protocol, stage);
  checkRun(opening.run, own);
  const window: Load = {
    batches: opening.windowBatches,
    bytes: opening.windowBytes,
  };
  let position: Position | undefined;
  let unanswered: Load = { batches: 0, bytes: 0 };
  const next = async () => {
    const { done, value } = await stream.incoming.next();
    return done ? undefined : value;
  };
  // What lies between two batches of a lane is on other lanes.
  const follows = opening.lane
    ? (begin: Position, end: Position) => begin.offset >= end.offset
    : isSamePosition;

  return {
    opening,
    begin: begin ?? null,
    resume(resume) {
      position = resume.position ?? undefined;
      stream.send({ resume });
    },
    next,
    batches(meter) {
      const { incoming } = stream;
      const checked = (received: Received<Batch>) => {
        const { begin, end } = received.batch;
        if (!position || !begin || !follows(begin, position)) {
          throw outOfOrder(begin, position);
        }
        position = end ?? undefined;
        countArrival(meter, received);
        return received;
      };
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        take() {
          const received = incoming.take?.();
          return received && checked(received);
        },
        async next() {
          const received = incoming.take?.();
          if (received) return { done: false, value: checked(received) };
          const came = await meter.waiting(firstOfMany(incoming));
          return came.done ? came : { done: false, value: checked(came.value) };
        },
      };
    },
    answer({ bytes }) {
      unanswered.batches++;
      unanswered.bytes += bytes;
      if (!mustAnswer(unanswered, window)) return;
      stream.send({ credit: unanswered });
      unanswered = { batches: 0, bytes: 0 };
    },
    committed: (committed) => stream.send({ committed }),
    written: (written) => stream.send({ written }),
    end(own, { totals, reports } = { reports: [] }) {
      if (totals) stream.send({ totals });
      for (const report of [own, ...reports]) stream.send({ report });
    },
  };
}

/**
 * Waits for the next batch where `take()` gives none; undefined after the last.
 *
 * In a loop over small batches, promises take as long as the work.
 */
export async function nextBatch<Batch>(
  batches: Incoming<Received<Batch>>,
): Promise<Received<Batch> | undefined> {
  const { done, value } = await batches.next();
  return done ? undefined : value;
}

/**
 * Waits for a message, and then until those that came with it are there too:
 * small batches are dealt with many at a time.
 */
async function firstOfMany<Batch>(
  incoming: AsyncIterator<Received<Batch>>,
): Promise<IteratorResult<Received<Batch>>> {
  const first = await incoming.next();
  await new Promise((resolve) => setImmediate(resolve));
  return first;
}

/**
 * Keeps streams of other runs out: two orchestrators may have been given the same
 * ports.
 *
 * @throws {Fault} `failed_precondition` if `run` is not the stage's own.
 */
export function checkRun(run: string, own: string | undefined): void {
  if (own === undefined || run === own) return;
  throw new Fault(
    "failed_precondition",
    `Cannot take part in run ${run}: this stage belongs to run ${own}, of another pipeline on the same ports; choose others with --port`,
  );
}

/** Adds a batch to what has come in. */
export function countArrival<Batch extends AnyBatch>(
  meter: Meter,
  { batch: { begin, end }, bytes, timed }: Received<Batch>,
): void {
  // An empty one only says that this was all.
  if (!begin || !end || !isSamePosition(begin, end)) meter.batches++;
  // Of several streams the one that is furthest.
  if (end) meter.reached = Math.max(meter.reached ?? 0, end.event);
  meter.bytesIn += bytes;
  if (timed) meter.addCodec(tookTogether(timed.decodeMs, timed.batches));
}

/** Notes how long a batch took from its arrival until now. */
export function countDone(
  meter: Meter,
  { timed }: Received<unknown>,
): void {
  if (!timed) return;
  meter.batchDone(performance.now() - timed.arrivedMs, timed.batches);
}

/** A batch that does not begin where it must. */
export function outOfOrder(
  begin: Position | null,
  expected: Position | undefined,
): Fault {
  return new Fault(
    "invalid",
    `Cannot take the batch from ${
      describe(begin)
    }: the one before it ended at ${describe(expected)}`,
  );
}

function describe(position: Position | null | undefined): string {
  return position
    ? `event ${position.event}, offset ${position.offset}`
    : "nowhere";
}
