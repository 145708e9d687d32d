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
import type { Socket } from "node:net";
import { setImmediate } from "node:timers";

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
 * grpc-js's `forceShutdown` ends those only that it counts for channelz. And a
 * session alone would wait for a client that reads nothing: its socket ends too.
 */
export function connectionsOf(server: Server): { end(): void } {
  const sessions = createOpen<ServerHttp2Session>();
  const sockets = createOpen<Socket>();
  onHttp2Server(server, (http2Server) => {
    http2Server.on("session", sessions.add);
    http2Server.on("connection", sockets.add);
  });
  return {
    end() {
      for (const session of sessions.all) {
        session.destroy(undefined, constants.NGHTTP2_CANCEL);
      }
      // What a session says last is on its way by then, where it can be.
      setImmediate(() => {
        for (const socket of sockets.all) socket.destroy();
      });
    },
  };
}

/** Those that have not closed yet. */
function createOpen<
  Closable extends { once(event: "close", heard: () => void): unknown },
>() {
  const all = new Set<Closable>();
  return {
    all,
    add(each: Closable) {
      all.add(each);
      each.once("close", () => all.delete(each));
    },
  };
}
