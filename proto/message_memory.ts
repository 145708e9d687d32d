/**
 * Memory for messages that are sent soon, used again once they are.
 *
 * A block of its own for each message costs more than to fill it: the block is
 * asked of the system, cleared, and collected. Before each message is room for
 * what the wire has there, so that messages that were made one after the other
 * are one block of the wire as they lie here.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** What stands before a message on the wire, in bytes: burst.ts writes it. */
export const PREFIX_BYTES = 5;

/** Memory for the messages of one stream. */
export interface MessageMemory {
  /** Room for a message; undefined where there is none at the moment. */
  take(length: number): Buffer | undefined;
  /** Says that messages have been sent; those from elsewhere are left alone. */
  giveBack(messages: readonly Buffer[]): void;
  /** True for a message that stands here. */
  has(message: Buffer): boolean;
  /** True if `next` stands right behind `message`, but for its prefix. */
  areNeighbours(message: Buffer, next: Buffer): boolean;
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
  const halfOf = (message: Buffer) =>
    halves.find(({ bytes }) => bytes?.buffer === message.buffer);
  return {
    take(length) {
      const message = halves[current]!.take(length);
      if (message) return message;
      current = 1 - current;
      return halves[current]!.take(length);
    },
    giveBack(messages) {
      for (const message of messages) halfOf(message)?.giveBack();
    },
    has: (message) => halfOf(message) !== undefined,
    areNeighbours: (message, next) =>
      next.buffer === message.buffer &&
      next.byteOffset === message.byteOffset + message.length + PREFIX_BYTES,
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
      at = start + length;
      taken++;
      return half.bytes.subarray(start, at);
    },
    giveBack(): void {
      taken--;
    },
  };
  let at = 0;
  let taken = 0;
  return half;
}
