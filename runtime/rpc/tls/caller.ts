/**
 * Who is at the other end of a server's connection.
 *
 * secure_front.ts finds it out once for each connection; admission asks for it at
 * each call, and handlers may.
 *
 * @module
 */

/** A caller, as its connection shows it. */
export type Caller =
  /** Its certificate holds. `name` is undefined where it names no service. */
  | { kind: "known"; name: string | undefined; owner: string }
  /** It may not call, whatever it asks for. */
  | { kind: "refused"; reason: string };

/** Where the caller of a connection is kept: on its socket. */
const CALLER = Symbol("caller");

/** What grpc-js does not offer: the connection that a call comes by. */
interface Internals {
  call?: { stream?: { session?: { socket?: object } } };
}

/** Notes who is at the other end of `socket`. */
export function setCaller(socket: object, caller: Caller): void {
  Object.defineProperty(socket, CALLER, { value: caller });
}

/** Returns who that is; undefined where the server has no TLS. */
export function callerOf(socket: unknown): Caller | undefined {
  return (socket as { [CALLER]?: Caller } | undefined)?.[CALLER];
}

/** Returns the service that makes a call, if its certificate names one. */
export function nameOfCaller(call: object): string | undefined {
  const caller = callerOf((call as Internals).call?.stream?.session?.socket);
  return caller?.kind === "known" ? caller.name : undefined;
}
