/**
 * Finds the innermost layer of a client's call: the one that has an HTTP/2
 * stream to itself.
 *
 * @module
 */

/** What grpc-js does not offer: the layers of a call, down to its stream. */
interface Internals {
  call?: { call?: { child?: Tried } };
}

/** A call that grpc-js may have tried several times. */
interface Tried {
  committedCallIndex?: number | null;
  underlyingCalls?: Attempt[];
}

/** One try of a call. */
interface Attempt {
  call?: { child?: object };
  nextMessageToSend?: number;
}

/** The try that a call stays with. */
export interface StartedCall {
  /** The innermost layer. */
  inner: object | undefined;
  /** How many messages of the call it has sent. */
  sent: number | undefined;
}

/**
 * @param call A call of a client that streams.
 * @returns Undefined where grpc-js may try the call again, or is built otherwise.
 */
export function startedCallOf(call: object): StartedCall | undefined {
  const tried = (call as Internals).call?.call?.child;
  const sure = tried?.underlyingCalls?.[tried.committedCallIndex ?? -1];
  return sure && { inner: sure.call?.child, sent: sure.nextMessageToSend };
}
