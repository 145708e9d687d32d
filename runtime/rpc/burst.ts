/**
 * Sends several messages of a stream as one write, when they are ready at the
 * same time.
 *
 * grpc-js sends one message of a stream in each turn of the event loop, with a
 * system call of its own. For small messages that is most of their cost. On the
 * wire a message is its length and its bytes, so several messages that are
 * written at once are still several messages.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers";

/** On the wire: one byte (not compressed), then the length in four. */
const PREFIX_BYTES = 5;

/**
 * Returns messages as one that grpc-js takes for a single one.
 *
 * grpc-js writes a prefix with `length` before it and has `copy` put the rest
 * after that, and asks no more of it. The prefix becomes that of the first
 * message, and each of the others brings its own.
 */
export function joinMessages(messages: readonly Buffer[]): Buffer {
  const [first] = messages;
  if (first === undefined || messages.length === 1) {
    return first ?? Buffer.alloc(0);
  }
  let length = -PREFIX_BYTES;
  for (const message of messages) length += PREFIX_BYTES + message.length;
  const joined = {
    length,
    copy(target: Buffer, start: number): number {
      let at = start - PREFIX_BYTES;
      for (const message of messages) {
        target.writeUInt8(0, at);
        target.writeUInt32BE(message.length, at + 1);
        at += PREFIX_BYTES;
        target.set(message, at);
        at += message.length;
      }
      return length;
    },
  };
  return joined as unknown as Buffer;
}

/** Collects messages until the end of the turn. */
export function createBurst(write: (joined: Buffer) => void) {
  let messages: Buffer[] = [];
  const flush = () => {
    if (messages.length === 0) return;
    const joined = joinMessages(messages);
    messages = [];
    write(joined);
  };
  return {
    add(message: Buffer): void {
      if (messages.push(message) === 1) setImmediate(flush);
    },
    flush,
  };
}
