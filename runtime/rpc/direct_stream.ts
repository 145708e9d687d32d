/**
 * Finds the HTTP/2 stream of a call, so that what is sent next need not go
 * through grpc-js: there each write makes a copy and a dozen promises, and waits
 * for the one before it.
 *
 * @module
 */

/** What is used of an HTTP/2 stream. */
export interface DirectStream {
  write(bytes: Uint8Array, done: () => void): unknown;
}

/** What grpc-js does not offer: the layers of a call, down to its stream. */
interface Internals {
  call?: { call?: { child?: Tried } };
}

/** A call that grpc-js may have tried several times. */
interface Tried {
  committedCallIndex?: number | null;
  underlyingCalls?: {
    call?: { child?: { http2Stream?: DirectStream } };
    nextMessageToSend?: number;
  }[];
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
  const tried = (call as Internals).call?.call?.child;
  const sure = tried?.underlyingCalls?.[tried.committedCallIndex ?? -1];
  if (sure?.nextMessageToSend !== written) return undefined;
  return sure.call?.child?.http2Stream;
}
