/**
 * The scripted sender on the left of a stage: sends what a check says, and keeps
 * what comes back.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { Receipt__Output } from "../../proto/types/pipeline/v1/Receipt.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { Connection } from "../../runtime/rpc/connect.ts";
import { hasRoom, type Load } from "../../stages/hop/window.ts";
import { Violation } from "./check.ts";
import { createEventLog, type EventLog } from "./event_log.ts";
import {
  type Batch,
  describeBatch,
  describePlace,
  describeReceipt,
  type HopMethod,
} from "./hop_methods.ts";

/** A stream of batches to the stage. */
export interface Sender {
  /** What the stage has said back. */
  readonly receipts: EventLog<Receipt__Output>;
  /** Batches that the stage has been sent, and those that it has answered. */
  readonly sent: Load;
  readonly answered: Load;
  /** Sends a message, or any bytes; returns at once. */
  send(message: Batch | Uint8Array): void;
  /**
   * Sends batches as a stage does: within the window, waiting for credit.
   *
   * @throws {Violation} If credit does not come.
   */
  sendAll(batches: readonly Batch[], window: Load): Promise<void>;
  /** Says that this was all. */
  end(): void;
  /** Cancels the call. */
  cancel(): void;
}

/** Opens a stream; the caller sends the opening. */
export function openSender(
  connection: Connection,
  method: HopMethod,
  patienceMs: number,
): Sender {
  const call = new AbortController();
  const { incoming, send, end } = connection.duplex<Buffer, Receipt__Output>({
    path: method.path,
    requestSerialize: (bytes) => bytes,
    responseDeserialize: method.responseDeserialize,
  }, { signal: call.signal });
  const receipts = createEventLog(patienceMs, describeReceipt);
  const sent: Load = { batches: 0, bytes: 0 };
  const answered: Load = { batches: 0, bytes: 0 };
  let isFirst = true;
  let wrong: Violation | undefined;
  let last = "an opening";
  const read = async () => {
    try {
      for await (const receipt of incoming) {
        const { credit } = receipt;
        if (credit) {
          answered.batches += credit.batches;
          answered.bytes += credit.bytes;
          if (
            answered.batches > sent.batches || answered.bytes > sent.bytes
          ) {
            wrong ??= new Violation({
              sent: `${sent.batches} batches of ${sent.bytes} bytes`,
              came:
                `credit for ${answered.batches} batches of ${answered.bytes} bytes`,
              expected: "no credit for what was not sent",
            });
          }
        }
        receipts.add(receipt);
      }
      receipts.close();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      receipts.close(error);
    }
  };
  void read();
  const sendOne = (message: Batch | Uint8Array): void => {
    const bytes =
      (message instanceof Uint8Array
        ? message
        : method.requestSerialize(message)) as Buffer;
    if (!isFirst) {
      sent.batches++;
      sent.bytes += bytes.length;
    }
    isFirst = false;
    send(bytes);
  };
  return {
    receipts,
    sent,
    answered,
    send: sendOne,
    async sendAll(batches, window) {
      for (const batch of batches) {
        const { length } = method.requestSerialize(batch);
        const open = () => ({
          batches: sent.batches - answered.batches,
          bytes: sent.bytes - answered.bytes,
        });
        await receipts.until(
          () => wrong !== undefined || hasRoom(open(), window, length),
          `credit: a quarter of the window (${window.batches} batches, ${window.bytes} bytes) is unanswered`,
          `batches up to ${last}`,
        );
        if (wrong) throw wrong;
        sendOne(batch);
        last = describePlace(batch.end);
      }
      if (wrong) throw wrong;
    },
    end,
    cancel: () => call.abort(),
  };
}

/** Says what was sent, for messages. */
export function describeSent(batches: readonly Batch[]): string {
  const last = batches.at(-1);
  return last
    ? `${batches.length} batches, the last ${describeBatch(last)}`
    : "no batch";
}
