/**
 * What stands in front of a server with TLS: accepts by TCP, does the handshake,
 * and gives the server what is said inside.
 *
 * Who has no good certificate is let in as far as to be answered: TLS itself would
 * only cut the connection, and the caller would read "EPIPE". Its socket carries
 * who it is (caller.ts), and each of its calls is refused in words. The same goes
 * for whoever speaks no TLS at all: the first byte tells.
 *
 * @module
 */

import { createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { formatAddress } from "../../program/address.ts";
import { type Shield, withoutGoaways } from "../goaway_shield.ts";
import type { Refused } from "../refusals.ts";
import { callerOf, setCaller } from "./caller.ts";
import { handshakeProblem } from "./connection_problem.ts";
import type { Identity } from "./identity.ts";
import { callerShownBy, PLAIN_CALLER } from "./shown_certificate.ts";

/** How a handshake of TLS begins (RFC 8446, section 5.1). */
const HANDSHAKE = 0x16;

/** What {@linkcode createSecureFront} needs besides the identity. */
export interface SecureFrontOptions {
  /** Gives the server a connection. */
  take: (socket: Duplex) => void;
  /** Hears of connections that come to nothing. */
  tell: (refused: Refused) => void;
  /** How long a handshake may take, in milliseconds. */
  handshakeMs: number;
  /** Keeps GOAWAY frames out (goaway_shield.ts). */
  shield: boolean;
}

/** Puts TLS in front of a server; its listener is not listening yet. */
export function createSecureFront(
  identity: Identity,
  { take, tell, handshakeMs, shield }: SecureFrontOptions,
): Shield {
  const sockets = new Set<Socket>();
  const give = (socket: Socket) =>
    take(shield ? withCallerOf(socket, withoutGoaways(socket)) : socket);

  const optionsNow = () => {
    const { ca, cert, key } = identity.current;
    return { ca, cert, key };
  };
  const tls = createTlsServer({
    ...optionsNow(),
    ALPNProtocols: ["h2"],
    requestCert: true,
    // callerShownBy() looks at what comes of it, and admission goes by that.
    rejectUnauthorized: false,
    handshakeTimeout: handshakeMs,
  });
  const following = identity.onReload(() => tls.setSecureContext(optionsNow()));

  tls.on("secureConnection", (socket: TLSSocket) => {
    // A connection that breaks ends its streams, and each call hears of that.
    socket.on("error", isToldElsewhere);
    setCaller(socket, callerShownBy(socket, identity.current));
    give(socket);
  });
  tls.on("tlsClientError", (error: Error & { code?: string }, socket) => {
    const raw = rawOf(socket);
    tell({
      path: "a connection",
      peer: peerOf(raw),
      reason: handshakeProblem(error),
    });
    raw?.destroy();
  });

  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const timer = setTimeout(() => socket.destroy(), handshakeMs);
    Deno.unrefTimer(timer);
    const settle = () => clearTimeout(timer);
    socket.on("error", isToldElsewhere);
    socket.once("close", () => {
      settle();
      sockets.delete(socket);
    });
    socket.once("readable", () => {
      const first: Uint8Array | null = socket.read(1);
      // It has left without a word, as who only looks whether somebody listens.
      if (first === null) return void socket.destroy();
      settle();
      socket.unshift(first);
      if (first[0] === HANDSHAKE) return void tls.emit("connection", socket);
      setCaller(socket, PLAIN_CALLER);
      give(socket);
    });
  });
  return {
    listener,
    close: () =>
      new Promise((resolve) => {
        following[Symbol.dispose]();
        listener.close(() => resolve());
      }),
    endConnections() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function withCallerOf(socket: Duplex, shielded: Duplex): Duplex {
  const caller = callerOf(socket);
  if (caller) setCaller(shielded, caller);
  return shielded;
}

/** The connection below TLS, which node keeps to itself. */
function rawOf(socket: unknown): Socket | undefined {
  return (socket as { _parent?: Socket } | undefined)?._parent;
}

function peerOf(socket: Socket | undefined): string {
  const { remoteAddress, remotePort } = socket ?? {};
  return remoteAddress === undefined
    ? "a client that has left"
    : formatAddress({
      kind: "tcp",
      host: remoteAddress,
      port: remotePort ?? 0,
    });
}

/** Every error comes with a `close`, which ends what depends on it. */
function isToldElsewhere(): void {}
