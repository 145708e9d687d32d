/**
 * The sending end of the stream between two stages.
 *
 * Opens it, learns where to send from, keeps what is unanswered within the
 * window, and collects the reports at the end. Knows nothing of what the
 * batches hold.
 *
 * @module
 */

import type { ClientMethod, Connection } from "../proto/connect.ts";
import { Fault } from "../proto/fault.ts";
import type { Opening, Position } from "../proto/pipeline/batches.ts";
import type { Receipt__Output } from "../proto/types/pipeline/v1/Receipt.ts";
import type { Resume__Output } from "../proto/types/pipeline/v1/Resume.ts";
import type { StageReport } from "../proto/types/pipeline/v1/StageReport.ts";
import type { Totals } from "./aggregate.ts";
import type { Meter } from "./meter.ts";

/** Where to send from, and what to send; see the contract. */
export type Resume = Resume__Output;

/** Batches a sender lets go unanswered. */
export const WINDOW_BATCHES = 64;
/** Encoded bytes a sender lets go unanswered. */
export const WINDOW_BYTES = 4_194_304;

/** An open stream to the next stage. */
export interface Hop<Batch> {
  /** Where the next stage wants to be sent from. */
  readonly resume: Resume;
  /**
   * Sends a batch once the window has room for it; it is encoded before this
   * waits for anything else, so the caller may reuse its memory.
   *
   * @throws {Fault} If the stream has failed.
   */
  send(batch: Batch): Promise<void>;
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
  totals?: Totals;
  /** The reports of the next stage and of those behind it. */
  reports: StageReport[];
}

/** Options for {@linkcode openHop}. */
export interface HopOptions<Batch> {
  /** The next stage. */
  connection: Connection;
  method: ClientMethod<Batch, Receipt__Output>;
  /** The stream's first message. */
  opening: Batch;
  meter: Meter;
  /** Cancels the stream. */
  signal: AbortSignal;
  /** Called when the next stage says what is safe. */
  onCommitted?: (position: Position) => void;
}

/** Sets the window of an opening. */
export function withWindow(opening: Opening): Opening {
  return {
    ...opening,
    windowBatches: WINDOW_BATCHES,
    windowBytes: WINDOW_BYTES,
  };
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
  meter,
  signal,
  onCommitted = () => {},
}: HopOptions<Batch>): Promise<Hop<Batch>> {
  // The stream carries bytes: a batch is encoded when send() is called, not
  // when the stream comes round to it.
  const { incoming, send, end } = connection.duplex<Buffer, Receipt__Output>(
    { ...method, requestSerialize: (bytes) => bytes },
    { signal },
  );
  const encode = (batch: Batch) =>
    meter.codec(() => method.requestSerialize(batch));
  send(encode(opening));
  const first = await incoming.next();
  if (first.done || !first.value.resume) {
    throw brokenProtocol("did not begin with a resume");
  }

  let unansweredBatches = 0;
  let unansweredBytes = 0;
  let answered: PromiseWithResolvers<void> | undefined;
  const ending: Ending = { reports: [] };
  const finished = readReceipts();
  // Whoever awaits send() or finish() sees the failure; nobody may be there.
  finished.catch(() => {});

  return {
    resume: first.value.resume,
    async send(batch) {
      const bytes = encode(batch);
      while (isFull(bytes.length)) {
        answered = Promise.withResolvers();
        await meter.waiting(Promise.race([answered.promise, finished]));
      }
      unansweredBatches++;
      unansweredBytes += bytes.length;
      meter.bytesOut += bytes.length;
      send(bytes);
    },
    async finish() {
      end();
      await meter.waiting(finished);
      return ending;
    },
  };

  /** A batch larger than the whole window goes alone. */
  function isFull(bytes: number): boolean {
    return unansweredBatches >= WINDOW_BATCHES ||
      (unansweredBatches > 0 && unansweredBytes + bytes > WINDOW_BYTES);
  }

  async function readReceipts(): Promise<void> {
    for await (const { credit, committed, totals, report } of incoming) {
      if (credit) {
        unansweredBatches -= credit.batches;
        unansweredBytes -= credit.bytes;
        answered?.resolve();
      } else if (committed) onCommitted(committed as Position);
      else if (totals) ending.totals = totals;
      else if (report) ending.reports.push(report);
    }
    if (ending.reports.length === 0) {
      throw brokenProtocol("ended without a report");
    }
  }

  function brokenProtocol(what: string): Fault {
    return new Fault("internal", `The stream to ${connection.peer} ${what}`);
  }
}
