/**
 * Keeps HTTP/2 GOAWAY frames of clients away from the server.
 *
 * On some versions of Deno such a frame can abort the process
 * (deno_version.ts). The connection's end, which follows it, ends the session
 * just as well. serve.ts puts this in front of a server where it is needed.
 *
 * @module
 */

import { createServer, type Server as NetServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Front } from "./front.ts";

/** What a client sends before its first frame (RFC 9113, section 3.4). */
const PREFACE_BYTES = 24;
/** Length (3), type (1), flags (1), stream (4) (RFC 9113, section 4.1). */
const HEADER_BYTES = 9;
const TYPE_OFFSET = 3;
const GOAWAY = 0x7;

/** What stands in front of a server that listens by TCP. */
export interface Shield extends Front {
  /** Accepts connections on behalf of the server. */
  listener: NetServer;
}

/**
 * Puts a shield in front of a server; its listener is not listening yet.
 *
 * @param take Gives the server a connection.
 */
export function createShield(take: (socket: Duplex) => void): Shield {
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    take(withoutGoaways(socket));
  });
  return {
    listener,
    close: () => new Promise((resolve) => listener.close(() => resolve())),
    endConnections() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * Returns a filter for one client connection: takes the bytes as they come,
 * cut anywhere, and returns them without GOAWAY frames.
 */
export function createGoawayFilter(): (chunk: Uint8Array) => Uint8Array[] {
  const header = new Uint8Array(HEADER_BYTES);
  let headerFilled = 0;
  let left = PREFACE_BYTES; // bytes of the preface or of a frame's payload
  let dropping = false;

  return (chunk) => {
    const kept: Uint8Array[] = [];
    for (let at = 0; at < chunk.length;) {
      if (left > 0) {
        const piece = chunk.subarray(at, at + left);
        if (!dropping) kept.push(piece);
        left -= piece.length;
        at += piece.length;
        continue;
      }
      const piece = chunk.subarray(at, at + HEADER_BYTES - headerFilled);
      header.set(piece, headerFilled);
      headerFilled += piece.length;
      at += piece.length;
      if (headerFilled < HEADER_BYTES) break;
      headerFilled = 0;
      left = (header[0]! << 16) | (header[1]! << 8) | header[2]!;
      dropping = header[TYPE_OFFSET] === GOAWAY;
      if (!dropping) kept.push(header.slice());
    }
    return kept;
  };
}

/** The socket as a stream whose reading side lacks the GOAWAY frames. */
export function withoutGoaways(
  socket: Duplex & Pick<Partial<Socket>, "remoteAddress" | "remotePort">,
): Duplex {
  const filter = createGoawayFilter();
  const shielded = new Duplex({
    read: () => void socket.resume(),
    write: (chunk, encoding, done) => void socket.write(chunk, encoding, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Uint8Array) => {
    let wanted = true;
    for (const piece of filter(chunk)) wanted = shielded.push(piece);
    if (!wanted) socket.pause();
  });
  socket.on("end", () => shielded.push(null));
  socket.on("error", (error) => shielded.destroy(error));
  socket.on("close", () => shielded.destroy());
  // What grpc-js tells handlers about their caller.
  const { remoteAddress, remotePort } = socket;
  return Object.assign(shielded, { remoteAddress, remotePort });
}
