/**
 * Accepts connections on a unix socket; unix_socket.ts says why not by
 * `node:net`. serve.ts gives them to its server.
 *
 * @module
 */

import type { Duplex } from "node:stream";
import { pause } from "../program/abort.ts";
import { createShortage } from "./descriptor_shortage.ts";
import type { Front } from "./front.ts";
import { inNodesWords, unixSocketOf } from "./unix_socket.ts";

/** How long is waited for a free descriptor, in milliseconds. */
const RETRY_MS = 1_000;
/** By when a connection is refused for want of one, in milliseconds. */
const REFUSED_MS = 50;

/** What the system says when a process, or all of them, have no more. */
const NO_DESCRIPTOR = new Set<unknown>(["EMFILE", "ENFILE"]);

/**
 * Listens on a unix socket. Its file is gone once it is closed.
 *
 * @param take Told of each connection.
 * @throws {Error} If it cannot listen.
 */
export function listenOnUnix(
  path: string,
  take: (socket: Duplex) => void,
): Front {
  const listener = listen(path);
  const closing = new AbortController();
  const sockets = new Set<Duplex>();
  const allEnded = Promise.withResolvers<void>();
  const accepting = acceptAll(listener, closing.signal, (connection) => {
    const socket = unixSocketOf(connection);
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0 && closing.signal.aborted) allEnded.resolve();
    });
    take(socket);
  }, createShortage(`unix:${path}`));
  return {
    async close() {
      if (!closing.signal.aborted) {
        closing.abort();
        listener.close();
      }
      await accepting;
      if (sockets.size > 0) await allEnded.promise;
    },
    endConnections() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listen(path: string): Deno.UnixListener {
  try {
    return Deno.listen({ transport: "unix", path });
  } catch (error) {
    throw inNodesWords(error, "listen", path);
  }
}

/** Accepts until it is closed, also again after a shortage of descriptors. */
async function acceptAll(
  listener: Deno.UnixListener,
  closing: AbortSignal,
  add: (connection: Deno.UnixConn) => void,
  shortage: ReturnType<typeof createShortage>,
): Promise<void> {
  while (!closing.aborted) {
    try {
      const accepted = listener.accept();
      if (shortage.isOn && !await isRefused(accepted)) shortage.end();
      add(await accepted);
    } catch (error) {
      if (closing.aborted) return;
      // Who connected has left meanwhile.
      if (error instanceof Deno.errors.ConnectionAborted) continue;
      if (!NO_DESCRIPTOR.has((error as { code?: unknown }).code)) throw error;
      shortage.begin();
      await pause(RETRY_MS, closing);
    }
  }
}

/** True where there still is no descriptor for a connection. */
function isRefused(accepted: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    accepted.then(() => false, () => true),
    pause(REFUSED_MS).then(() => false),
  ]);
}
