/**
 * The sending end of the stream between two stages.
 *
 * Opens it, learns where to send from, keeps what is unanswered within the
 * window, and collects the reports at the end. Knows nothing of what the
 * batches hold.
 *
 * @module
 */

import type { MessageMemory } from "../../proto/message_memory.ts";
import type { Position } from "../../proto/pipeline/batches.ts";
import type { Committed__Output } from "../../proto/types/pipeline/v1/Committed.ts";
import type { Receipt__Output } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { Resume__Output } from "../../proto/types/pipeline/v1/Resume.ts";
import type { StageReport } from "../../proto/types/pipeline/v1/StageReport.ts";
import type { Totals__Output } from "../../proto/types/pipeline/v1/Totals.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { ClientMethod, Connection } from "../../runtime/rpc/connect.ts";
import type { Meter } from "./meter.ts";
import { hasRoom, type Load, WINDOW } from "./window.ts";

/** Where to send from, and what to send; see the contract. */
export type Resume = Resume__Output;

/** An open stream to the next stage. */
export interface Hop<Batch> {
  /** Where the next stage wants to be sent from. */
  readonly resume: Resume;
  /**
   * Sends a batch once the window has room for it; it is encoded before this
   * returns, so the caller may reuse its memory.
   *
   * @returns A promise only where it must wait for room.
   * @throws {Fault} If the stream has failed.
   */
  send(batch: Batch): Promise<void> | undefined;
  /**
   * Waits for other work, but no longer than the stream holds: a failure must
   * not wait for the next batch to be noticed.
   *
   * @throws {Fault} As soon as the stream fails, and what `work` throws.
   */
  guard<T>(work: Promise<T>): Promise<T>;
  /**
   * Says that this was all.
   *
   * @throws {Fault} If the stream has failed.
   */
  finish(): Promise<Ending>;
}

/** What a stream ends with. */
export interface Ending {
  /** What became of all events; the sink does not know. */
  totals?: Totals__Output;
  /** The reports of the next stage and of those behind it. */
  reports: StageReport[];
}

/** A method between two stages, as it is called. */
export type SentMethod<Batch> =
  & Omit<ClientMethod<Batch, Receipt__Output>, "requestSerialize">
  & {
    requestSerialize(batch: Batch, room?: MessageMemory): Buffer;
  };

/** Options for {@linkcode openHop}. */
export interface HopOptions<Batch> {
  /** The next stage. */
  connection: Pick<Connection, "peer" | "duplex">;
  method: SentMethod<Batch>;
  /** The stream's first message. */
  opening: Batch;
  /** What may go unanswered; the opening says the same. @default {WINDOW} */
  window?: Load;
  meter: Meter;
  /** Cancels the stream. */
  signal: AbortSignal;
  /** Called when the next stage says what is safe. */
  onCommitted?: (committed: Committed__Output) => void;
  /** Called when the next stage has dealt with results so far. */
  onWritten?: () => void;
  /** How many events a batch stands for. @default {from its begin to its end} */
  eventsOf?: (batch: Batch) => number;
}

/**
 * Opens the stream to the next stage and waits for its resume.
 *
 * @throws {Fault} If it cannot be opened.
 */
export async function openHop<Batch>({
  connection,
  method,
  opening,
  window = WINDOW,
  meter,
  signal,
  onCommitted = () => {},
  onWritten = () => {},
  eventsOf = spanOf,
}: HopOptions<Batch>): Promise<Hop<Batch>> {
  // The stream carries bytes: a batch is encoded when send() is called, not
  // when the stream comes round to it.
  const stream = connection.duplex<Buffer, Receipt__Output>(
    { ...method, requestSerialize: (bytes) => bytes },
    // It may have been started again just now.
    { signal, waitForReady: true },
  );
  const { incoming, send, end } = stream;
  const encode = (batch: Batch) =>
    meter.codec(() => method.requestSerialize(batch, stream.room));
  send(encode(opening));
  const first = await incoming.next();
  if (first.done) throw endedEarly("before it began");
  if (!first.value.resume) {
    throw new Fault(
      "internal",
      `The stream to ${connection.peer} did not begin with a resume`,
    );
  }

  const unanswered = { batches: 0, bytes: 0 };
  const crossing = meter.crossing.open();
  let answered: PromiseWithResolvers<void> | undefined;
  let ended = false;
  const ending: Ending = { reports: [] };
  // Who waits when the stream fails. Promise.race() with a promise that lives
  // as long as the stream would keep something of every wait until its end.
  const guarded = new Set<(reason: unknown) => void>();
  let failure: { reason: unknown } | undefined;
  const finished = readReceipts();
  finished.catch((reason) => {
    failure = { reason };
    crossing.close();
    for (const reject of guarded) reject(reason);
  });
  const guard = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      guarded.add(reject);
      work.then(resolve, reject).finally(() => guarded.delete(reject));
      if (failure) reject(failure.reason);
    });

  const room = async (bytes: number) => {
    while (!hasRoom(unanswered, window, bytes)) {
      answered = Promise.withResolvers();
      await meter.waiting(guard(answered.promise));
    }
  };
  const pass = (batch: Batch, bytes: Buffer): undefined => {
    if (failure) throw failure.reason;
    unanswered.batches++;
    unanswered.bytes += bytes.length;
    meter.bytesOut += bytes.length;
    crossing.sent(() => eventsOf(batch));
    send(bytes);
  };

  return {
    resume: first.value.resume,
    guard,
    send(batch) {
      const bytes = encode(batch);
      return hasRoom(unanswered, window, bytes.length)
        ? pass(batch, bytes)
        : room(bytes.length).then(() => pass(batch, bytes));
    },
    async finish() {
      ended = true;
      end();
      await meter.waiting(finished);
      crossing.close();
      return ending;
    },
  };

  async function readReceipts(): Promise<void> {
    for await (const receipt of incoming) {
      const { credit, committed, totals, report, written } = receipt;
      if (credit) {
        unanswered.batches -= credit.batches;
        unanswered.bytes -= credit.bytes;
        crossing.answered(credit.batches);
        answered?.resolve();
      } else if (committed) onCommitted(committed);
      else if (written) onWritten();
      else if (totals) ending.totals = totals;
      else if (report) ending.reports.push(report);
    }
    if (!ended) throw endedEarly("before all was sent");
    if (ending.reports.length === 0) throw endedEarly("without a report");
  }

  /** A clean end without its last word is a break, as of a stage that stops. */
  function endedEarly(how: string): Fault {
    return new Fault(
      "unavailable",
      `The stream to ${connection.peer} ended ${how}`,
    );
  }
}

/** The events from where a batch begins to where it ends. */
function spanOf(batch: unknown): number {
  const { begin, end } = batch as {
    begin?: Position | null;
    end?: Position | null;
  };
  return begin && end ? end.event - begin.event : 0;
}
