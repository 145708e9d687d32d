/**
 * Reaches the HTTP/2 servers of grpc-js. It makes one for each address and
 * hands none out; guard.ts, flow_window.ts and serve.ts need them.
 *
 * @module
 */

import type { Server } from "@grpc/grpc-js";
import {
  constants,
  type Http2Server,
  type ServerHttp2Session,
} from "node:http2";

/** What grpc-js does not offer. */
interface Internals {
  createHttp2Server(credentials: unknown): Http2Server;
}

/**
 * Calls `prepare` with each HTTP/2 server that `server` makes from now on: its
 * listeners are those of grpc-js, and no client has connected yet.
 */
export function onHttp2Server(
  server: Server,
  prepare: (http2Server: Http2Server) => void,
): void {
  const internals = server as unknown as Internals;
  const create = internals.createHttp2Server;
  internals.createHttp2Server = (credentials) => {
    const http2Server = create.call(server, credentials);
    prepare(http2Server);
    return http2Server;
  };
}

/**
 * Returns what ends all connections of `server` at once, with their calls.
 * grpc-js's `forceShutdown` ends those only that it counts for channelz.
 */
export function connectionsOf(server: Server): { end(): void } {
  const sessions = new Set<ServerHttp2Session>();
  onHttp2Server(server, (http2Server) => {
    http2Server.on("session", (session) => {
      sessions.add(session);
      session.once("close", () => sessions.delete(session));
    });
  });
  return {
    end() {
      for (const session of sessions) {
        session.destroy(undefined, constants.NGHTTP2_CANCEL);
      }
    },
  };
}
