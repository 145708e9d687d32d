/**
 * How much may be on its way between two stages and not answered.
 *
 * Decides only; sender.ts waits by it, receiver.ts answers by it. The
 * two rules belong together: a sender never waits for an answer that the
 * receiver does not owe.
 *
 * @module
 */

import type { Opening } from "../../proto/pipeline/batches.ts";

/** A number of batches and their encoded size. */
export interface Load {
  batches: number;
  bytes: number;
}

/** What a sender lets go unanswered. */
export const WINDOW: Load = { batches: 256, bytes: 4_194_304 };

/** The window that an opening says. */
export function windowOf(
  { windowBatches, windowBytes }: Pick<
    Opening,
    "windowBatches" | "windowBytes"
  >,
): Load {
  return { batches: windowBatches, bytes: windowBytes };
}
/**
 * How large a message between stages may be, in bytes: a batch is one line at the
 * least, and what a line becomes takes at most eight times its bytes, as where
 * each digit of a vector becomes a double. A line has at most 64 MiB. gRPC's own
 * limit is 4 MiB.
 */
export const MAX_MESSAGE_BYTES = 536_870_912;

/**
 * What HTTP/2 lets be on its way, in bytes: more than the window, so that
 * receipts alone hold a sender back. For both ends of a connection.
 */
export const CHANNEL = {
  "grpc-node.flow_control_window": 2 * WINDOW.bytes,
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
};

/** The share of the window after which a receiver answers: a quarter. */
const ANSWER_SHARE = 4;

/** True when a receiver must answer what it has dealt with. */
export function mustAnswer(unanswered: Load, window: Load): boolean {
  return unanswered.batches * ANSWER_SHARE >= window.batches ||
    unanswered.bytes * ANSWER_SHARE >= window.bytes;
}

/**
 * True when a sender may send one more batch, of `bytes` bytes.
 *
 * While so little is unanswered that the receiver may keep silent, any batch
 * may go, even one larger than the window.
 */
export function hasRoom(
  unanswered: Load,
  window: Load,
  bytes: number,
): boolean {
  if (!mustAnswer(unanswered, window)) return true;
  return unanswered.batches < window.batches &&
    unanswered.bytes + bytes <= window.bytes;
}
