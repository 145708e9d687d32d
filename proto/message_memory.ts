/**
 * Memory for messages that are sent soon, used again once they are.
 *
 * A block of its own for each message costs more than to fill it: the block is
 * asked of the system, cleared, and collected. Before each message stands what the
 * wire has there, so that messages that were made one after the other are one
 * block of the wire as they lie here.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/**
 * What stands before a message on the wire, in bytes: whether it is compressed,
 * and its length (gRPC over HTTP/2, "Length-Prefixed-Message").
 */
export const PREFIX_BYTES = 5;

/** Writes the prefix of a message that is not compressed, from `at` on. */
export function putPrefix(bytes: Uint8Array, at: number, length: number): void {
  bytes[at] = 0;
  bytes[at + 1] = length >>> 24;
  bytes[at + 2] = length >>> 16;
  bytes[at + 3] = length >>> 8;
  bytes[at + 4] = length;
}

/** Memory for the messages of one stream. */
export interface MessageMemory {
  /** Room for a message behind its prefix; undefined where there is none now. */
  take(length: number): Buffer | undefined;
  /**
   * How many messages, from that at `at` on, stand here one behind the other; 0
   * where the first one comes from elsewhere.
   */
  neighbours(messages: readonly Buffer[], at: number): number;
  /** Says that neighbours, of which this is the first, have been sent. */
  giveBack(first: Buffer, count: number): void;
}

/**
 * One half is filled while the messages of the other are on their way. Each has
 * room for the largest usual message.
 */
const HALF_BYTES = 2_097_152;

/** Makes memory that is taken from the system once it is used. */
export function createMessageMemory(halfBytes = HALF_BYTES): MessageMemory {
  const halves = [createHalf(halfBytes), createHalf(halfBytes)];
  let current = 0;
  const halfOf = ({ buffer }: Buffer) =>
    halves.find(({ bytes }) => bytes?.buffer === buffer);
  return {
    take(length) {
      const message = halves[current]!.take(length);
      if (message) return message;
      current = 1 - current;
      return halves[current]!.take(length);
    },
    neighbours(messages, at) {
      const { buffer, byteOffset, length } = messages[at]!;
      if (!halfOf(messages[at]!)) return 0;
      let count = 1;
      for (let end = byteOffset + length; at + count < messages.length;) {
        const next = messages[at + count]!;
        if (next.buffer !== buffer) break;
        if (next.byteOffset !== end + PREFIX_BYTES) break;
        end += PREFIX_BYTES + next.length;
        count++;
      }
      return count;
    },
    giveBack: (first, count) => halfOf(first)?.giveBack(count),
  };
}

function createHalf(size: number) {
  const half = {
    bytes: undefined as Buffer | undefined,
    take(length: number): Buffer | undefined {
      if (taken === 0) at = 0;
      const start = at + PREFIX_BYTES;
      if (start + length > size) return undefined;
      half.bytes ??= Buffer.allocUnsafeSlow(size);
      putPrefix(half.bytes, at, length);
      at = start + length;
      taken++;
      return half.bytes.subarray(start, at);
    },
    giveBack(count: number): void {
      taken -= count;
    },
  };
  let at = 0;
  let taken = 0;
  return half;
}
