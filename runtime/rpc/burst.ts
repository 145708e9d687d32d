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
  putPrefix,
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
        putPrefix(target, at, message.length);
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
      try {
        writeAll(sent, direct, room);
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

/** Writes messages, copied only where they do not lie in their memory. */
function writeAll(
  messages: readonly Buffer[],
  stream: DirectStream,
  { neighbours, giveBack }: MessageMemory,
): void {
  for (let at = 0; at < messages.length;) {
    const first = messages[at]!;
    const count = neighbours(messages, at);
    if (count === 0) {
      stream.write(copyOf(first), () => {});
      at++;
      continue;
    }
    at += count;
    const wire = wireOf(first, messages[at - 1]!);
    stream.write(wire, () => giveBack(first, count));
  }
}

/** Neighbours as they are on the wire, which is as they lie in their memory. */
function wireOf(first: Buffer, last: Buffer): Buffer {
  const start = first.byteOffset - PREFIX_BYTES;
  const end = last.byteOffset + last.length;
  return Buffer.from(first.buffer, start, end - start);
}

/** A message from elsewhere as it is on the wire. */
function copyOf(message: Buffer): Buffer {
  const wire = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  putPrefix(wire, 0, message.length);
  wire.set(message, PREFIX_BYTES);
  return wire;
}
