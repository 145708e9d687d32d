/**
 * Has a stream that fails give first what the server said before that.
 *
 * The status of a call comes after its messages, and grpc-js holds a good one
 * back until they are read. It hands a failure on at once, and drops the messages
 * that are here and not read yet. Here a failure waits as a good end does, if
 * the server itself has sent it. What ends a call on this side (its deadline, an
 * abort, a reader who leaves, a message that is too long) waits for nothing.
 *
 * @module
 */

import { Metadata, status } from "@grpc/grpc-js";
import { startedCallOf } from "./started_call.ts";

/** What is used of a client's call. */
interface Call {
  on(event: "metadata", listener: () => void): unknown;
}

/** What grpc-js does not offer: how a call gives its messages and its end. */
interface Internals {
  finalStatus: { code: status; details: string; metadata: Metadata } | null;
  readsClosed: boolean;
  canPush: boolean;
  isPushPending: boolean;
  unpushedReadMessages: Uint8Array[];
  http2Stream: {
    resume(): unknown;
    once(event: "close", listener: () => void): unknown;
  };
  push(message: Uint8Array): void;
  outputStatus(): void;
  maybeOutputStatus(): void;
  startRead(): void;
  cancelWithStatus(code: status, details: string): void;
  handleTrailers(headers: Record<string, unknown>): void;
}

/** Has a call whose answers are a stream end so. */
export function failAfterMessages(call: Call): void {
  // The first that comes of an answer. A call that fails without it has said
  // nothing before.
  call.on("metadata", () => {
    const inner = startedCallOf(call)?.inner as Partial<Internals> | undefined;
    if (!isKnown(inner)) return;
    const handleTrailers = inner.handleTrailers;
    inner.handleTrailers = (headers) => {
      if (Number(headers["grpc-status"]) !== status.OK) holdFailure(inner);
      handleTrailers.call(inner, headers);
    };
  });
}

/** Tells the grpc-js that this was written for. */
function isKnown(inner: Partial<Internals> | undefined): inner is Internals {
  return inner !== undefined && Array.isArray(inner.unpushedReadMessages) &&
    typeof inner.isPushPending === "boolean" &&
    [
      inner.push,
      inner.outputStatus,
      inner.maybeOutputStatus,
      inner.startRead,
      inner.cancelWithStatus,
      inner.handleTrailers,
    ].every((each) => typeof each === "function");
}

/** Has the status that is set next wait for the messages before it. */
function holdFailure(inner: Internals): void {
  inner.maybeOutputStatus = () => {
    const isRead = inner.readsClosed && !inner.isPushPending &&
      inner.unpushedReadMessages.length === 0;
    if (isRead && inner.finalStatus) inner.outputStatus();
  };
  inner.startRead = () => {
    inner.canPush = true;
    const message = inner.unpushedReadMessages.shift();
    if (message) inner.push(message);
    else inner.http2Stream.resume();
  };
  inner.cancelWithStatus = (code, details) => {
    inner.finalStatus = { code, details, metadata: new Metadata() };
    inner.outputStatus();
  };
  // A connection that breaks may leave the stream without its own end.
  inner.http2Stream.once("close", () => {
    inner.readsClosed = true;
    inner.maybeOutputStatus();
  });
}
