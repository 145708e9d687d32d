/**
 * Finds the HTTP/2 stream of a call, so that what is sent next need not go
 * through grpc-js: there each write makes a copy and a dozen promises, and waits
 * for the one before it.
 *
 * @module
 */

import { startedCallOf } from "./started_call.ts";

/** What is used of an HTTP/2 stream. */
export interface DirectStream {
  write(bytes: Uint8Array, done: () => void): unknown;
}

/** What grpc-js does not offer: the stream of a call. */
interface Internals {
  http2Stream?: DirectStream;
}

/**
 * @param call A call of a client that sends a stream.
 * @param written How many messages grpc-js was given to send.
 * @returns Undefined where one of them is still to be sent, where grpc-js may try
 * the call again, or where it is built otherwise.
 */
export function directStreamOf(
  call: object,
  written: number,
): DirectStream | undefined {
  const started = startedCallOf(call);
  if (started?.sent !== written) return undefined;
  return (started.inner as Internals | undefined)?.http2Stream;
}
