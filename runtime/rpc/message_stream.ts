/**
 * One adapter over grpc-js streams, for both ends of a call.
 *
 * It reads with `data` and `end`, never with the stream's own async iterator:
 * leaving that iterator destroys the stream, and the peer then waits for ever
 * (grpc/grpc-node#1839). Nothing here limits how much is written, since the
 * streams do not say reliably when to wait. The protocol on top does it, by
 * answers to what was received.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { MessageMemory } from "../../proto/message_memory.ts";
import { Fault } from "../program/errors.ts";
import { toFault } from "./status.ts";

/** Messages held for a slow reader before the stream is paused. */
const MAX_QUEUED = 256;

/** The messages of a stream, in order. */
export interface Incoming<In> extends AsyncIterableIterator<In> {
  /** Gives the next message where it has arrived already. */
  take?(): In | undefined;
}

/** Messages in, messages out, until either side ends. */
export interface MessageStream<In, Out> {
  /** What the peer sends, in order. Throws a {@linkcode Fault} when it fails. */
  readonly incoming: Incoming<In>;
  /** Sends one message; it is encoded before this returns. */
  send(message: Out): void;
  /** Says that no more will be sent. */
  end(): void;
  /** Where a message that is sent next may be encoded. @default {anywhere} */
  readonly room?: MessageMemory | undefined;
}

/**
 * Takes the place of a method's serializer, for messages encoded beforehand:
 * grpc-js would encode a message only when those before it are on their way.
 */
export function asEncoded(bytes: Buffer): Buffer {
  return bytes;
}

/** What the adapter uses of grpc-js's four kinds of stream. */
export interface Readable {
  on(event: "data", listener: (message: unknown) => void): unknown;
  on(event: "end" | "cancelled" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  pause(): unknown;
  resume(): unknown;
  /** Gives a message that came while the stream was paused, as `data`. */
  read(): unknown;
  /** How many of those there are. */
  readonly readableLength: number;
}

/** What comes is one message. */
function one<In>(came: unknown, take: (message: In) => void): void {
  take(came as In);
}

/**
 * Reads a stream's messages in order.
 *
 * Listens from the moment it is called, so no message and no error is missed.
 *
 * @param stream A grpc-js stream, client or server side.
 * @param peer Who is at the other end, for messages.
 * @param abandon Called when the reader leaves before the end.
 * @param unpack Calls `take` with each message of what came. @default {it is one}
 */
export function readMessages<In>(
  stream: Readable,
  peer: string,
  abandon: () => void = () => {},
  unpack: (came: unknown, take: (message: In) => void) => void = one,
): Incoming<In> {
  const queue: In[] = [];
  let over: { fault?: Fault } | undefined;
  let waiting: PromiseWithResolvers<IteratorResult<In>> | undefined;
  let paused = false;

  const finish = (fault?: Fault) => {
    // The first word counts: an `end` after an error is the same event.
    if (over) return;
    over = fault ? { fault } : {};
    if (!waiting) return;
    if (fault) waiting.reject(fault);
    else waiting.resolve({ done: true, value: undefined });
    waiting = undefined;
  };
  const accept = (message: In) => {
    if (waiting) {
      waiting.resolve({ done: false, value: message });
      waiting = undefined;
    } else queue.push(message);
  };
  stream.on("data", (came) => {
    if (over) return;
    unpack(came, accept);
    if (queue.length >= MAX_QUEUED && !paused) {
      paused = true;
      stream.pause();
    }
  });
  const resume = () => {
    if (!paused) return;
    paused = false;
    stream.resume();
  };
  const take = () => {
    const value = queue.shift();
    if (queue.length === 0) resume();
    return value;
  };
  // A caller who is lost comes as `end`, and as `cancelled` right after it. Wait
  // for that, or work cut short would look complete.
  stream.on("end", () => setImmediate(finish));
  stream.on("error", (error) => {
    // What was said before it, and waits for a slow reader.
    while (!over && stream.readableLength > 0) stream.read();
    finish(toFault(error, peer));
  });
  stream.on(
    "cancelled",
    () => finish(new Fault("cancelled", `The call from ${peer} was cancelled`)),
  );

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    take,
    next() {
      if (queue.length > 0) {
        return Promise.resolve({ done: false, value: take() as In });
      }
      if (over?.fault) return Promise.reject(over.fault);
      if (over) return Promise.resolve({ done: true, value: undefined });
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
    return() {
      if (!over) {
        finish();
        abandon();
      }
      queue.length = 0;
      // Let the rest flow past, or the call would never come to its end.
      resume();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
