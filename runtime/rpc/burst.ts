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
import {
  createMessageMemory,
  type MessageMemory,
  PREFIX_BYTES,
} from "../../proto/message_memory.ts";
import { type DirectStream, directStreamOf } from "./direct_stream.ts";

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

/** A call that messages are written to, as grpc-js has it. */
export interface WrittenCall {
  write(message: Buffer): unknown;
  cancel(): void;
}

/** Collects messages until the end of the turn, and writes them then. */
export interface Burst {
  add(message: Buffer): void;
  /** Writes what was added. */
  flush(): void;
  /** Goes past grpc-js from now on, if nothing is waiting there. */
  writeDirectly(): void;
  /** Where to put the next message, once grpc-js keeps none of them. */
  readonly room: MessageMemory | undefined;
}

export function createBurst(call: WrittenCall): Burst {
  let messages: Buffer[] = [];
  /** How often grpc-js was given something. */
  let written = 0;
  let direct: DirectStream | undefined;
  let room: MessageMemory | undefined;
  const flush = () => {
    if (messages.length === 0) return;
    const sent = messages;
    messages = [];
    if (direct && room) {
      const { giveBack } = room;
      try {
        for (const run of runsOf(sent, room)) {
          direct.write(toWire(run, room), () => giveBack(run));
        }
      } catch {
        // The stream is no more. The reader hears of it, and from nobody else.
        call.cancel();
      }
    } else {
      written++;
      call.write(joinMessages(sent));
    }
  };
  return {
    add(message) {
      if (messages.push(message) === 1) setImmediate(flush);
    },
    flush,
    writeDirectly() {
      direct ??= directStreamOf(call, written);
      if (direct) room ??= createMessageMemory();
    },
    get room() {
      return room;
    },
  };
}

/**
 * Divides messages into those that lie one behind the other, which need no copy,
 * and the others.
 */
function* runsOf(
  messages: readonly Buffer[],
  { areNeighbours, has }: Pick<MessageMemory, "areNeighbours" | "has">,
): Generator<readonly Buffer[]> {
  let start = 0;
  for (let at = 1; at < messages.length; at++) {
    const before = messages[at - 1]!;
    const message = messages[at]!;
    if (areNeighbours(before, message)) continue;
    if (!has(before) && !has(message)) continue;
    yield messages.slice(start, at);
    start = at;
  }
  yield start === 0 ? messages : messages.slice(start);
}

/** Returns messages as they are on the wire, copied only where they must be. */
export function toWire(
  messages: readonly Buffer[],
  memory: Pick<MessageMemory, "areNeighbours" | "has">,
): Buffer {
  let length = 0;
  let isOne = true;
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at]!;
    length += PREFIX_BYTES + message.length;
    isOne &&= at === 0
      ? memory.has(message)
      : memory.areNeighbours(messages[at - 1]!, message);
  }
  const first = messages[0]!;
  const wire = isOne
    ? Buffer.from(first.buffer, first.byteOffset - PREFIX_BYTES, length)
    : Buffer.allocUnsafe(length);
  let at = 0;
  for (const message of messages) {
    at = wire.writeUInt8(0, at);
    at = wire.writeUInt32BE(message.length, at);
    if (!isOne) wire.set(message, at);
    at += message.length;
  }
  return wire;
}
