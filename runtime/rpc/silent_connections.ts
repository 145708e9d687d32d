/**
 * Ends connections that say nothing, so that nobody can hold all of a server's
 * descriptors by opening them.
 *
 * A client has said something when its settings have come: with them every HTTP/2
 * connection begins (RFC 9113, section 3.4). From then on it may be idle for as
 * long as it likes, as the connections of gRPC clients are.
 *
 * @module
 */

import type { Http2Server } from "node:http2";

/** How long a client has for it, in milliseconds. */
export const HANDSHAKE_MS = 10_000;

/**
 * Ends each connection of a server whose client is silent for `afterMs`.
 *
 * @param afterMs In milliseconds.
 */
export function endSilentConnections(
  http2Server: Http2Server,
  afterMs: number,
): void {
  http2Server.on("session", (session) => {
    const timer = setTimeout(() => session.destroy(), afterMs);
    Deno.unrefTimer(timer);
    const settle = () => clearTimeout(timer);
    session.once("remoteSettings", settle);
    session.once("close", settle);
  });
}
