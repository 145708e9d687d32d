/**
 * Hands on the messages that came in one read of a stream as one, and takes
 * them apart where they are needed: the other half of burst.ts.
 *
 * grpc-js cuts each message out by itself and leads it through two queues and
 * several promises. For small messages that is most of what it costs to receive
 * them.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** On the wire: one byte (is it compressed), then the length in four. */
const PREFIX_BYTES = 5;

/** What grpc-js does not offer: what cuts a call's bytes into messages. */
interface Internals {
  call?: {
    decoder?: { readState?: unknown; write(data: Buffer): unknown[] };
    incomingEncoding?: unknown;
    maxReceiveMessageSize?: number;
  };
}

/** What grpc-js asks of a message: that it is not compressed, and its bytes. */
interface Joined {
  readUInt8(): number;
  /** What it hands on as it is. */
  subarray(): readonly Buffer[];
}

/**
 * Has a call that has just begun take the messages of each read as one, for
 * {@linkcode splitMessages}.
 *
 * @returns False where the call goes on to give one message at a time: its
 * messages are compressed, or this grpc-js is built otherwise.
 */
export function joinReads(call: object): boolean {
  const own = (call as Internals).call;
  if (
    own?.incomingEncoding !== "identity" || own.decoder?.readState !== 0 ||
    typeof own.maxReceiveMessageSize !== "number"
  ) return false;
  const join = createJoiner(own.maxReceiveMessageSize);
  own.decoder = {
    write(data) {
      const joined = join(data);
      return joined.length > 0
        ? [{ readUInt8: () => 0, subarray: () => joined } satisfies Joined]
        : [];
    },
  };
  return true;
}

/**
 * Collects bytes until they hold a message.
 *
 * Most reads begin within a message and end within another. Only that first one
 * is put together; those that are whole in a read stay where they are.
 *
 * @param maxBytes The longest message; -1 for any.
 * @returns A function that takes the next bytes, and returns all the messages
 * that are whole now, as they are on the wire, one or more in each piece.
 * @throws {Error} From the function, for a message that is longer.
 */
export function createJoiner(maxBytes: number): (data: Buffer) => Buffer[] {
  let parts: Buffer[] = [];
  let held = 0;
  /** How many bytes the first message takes at least. */
  let needed = PREFIX_BYTES;
  return (data) => {
    const pieces: Buffer[] = [];
    let rest = data;
    while (held > 0 && held + rest.length >= needed) {
      const missing = needed - held;
      parts.push(rest.subarray(0, missing));
      rest = rest.subarray(missing);
      const first = Buffer.concat(parts, needed);
      const { end, nextEnd } = measure(first, maxBytes);
      if (end > 0) pieces.push(first);
      parts = end > 0 ? [] : [first];
      held = first.length - end;
      needed = nextEnd - end;
    }
    if (held === 0) {
      const { end, nextEnd } = measure(rest, maxBytes);
      if (end > 0) pieces.push(rest.subarray(0, end));
      rest = rest.subarray(end);
      needed = nextEnd - end;
    }
    if (rest.length > 0) parts.push(rest);
    held += rest.length;
    return pieces;
  };
}

/** Finds where the last whole message ends, and where the one after it would. */
function measure(
  bytes: Buffer,
  maxBytes: number,
): { end: number; nextEnd: number } {
  let end = 0;
  while (end + PREFIX_BYTES <= bytes.length) {
    const length = bytes.readUInt32BE(end + 1);
    if (maxBytes !== -1 && length > maxBytes) {
      throw new Error(
        `Received message larger than max (${length} vs ${maxBytes})`,
      );
    }
    const nextEnd = end + PREFIX_BYTES + length;
    if (nextEnd > bytes.length) return { end, nextEnd };
    end = nextEnd;
  }
  return { end, nextEnd: end + PREFIX_BYTES };
}

/**
 * Calls `take` with each of the messages, as they are on the wire.
 *
 * @throws {Error} If one says that it is compressed: the call says that none is.
 */
export function splitMessages(
  pieces: readonly Buffer[],
  take: (message: Buffer) => void,
): void {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const start = at + PREFIX_BYTES;
      if (piece[at] !== 0) {
        throw new Error(
          "a message is compressed, and the call says that none is",
        );
      }
      at = start + piece.readUInt32BE(at + 1);
      take(piece.subarray(start, at));
    }
  }
}
