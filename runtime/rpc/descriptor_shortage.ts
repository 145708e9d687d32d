/**
 * Lets a server accept again after a shortage of file descriptors.
 *
 * When the system has no descriptor for a connection, Deno's `net.Server` says
 * nothing and never looks at its socket again. From then on it accepts nobody,
 * however many descriptors are free. So this file tries to get a descriptor
 * after each connection and from time to time. When there were none and there
 * are some again, the server listens anew. Clients that waited in the old
 * socket's queue have to connect again, as they do after a restart of the
 * server.
 *
 * @module
 */

import { Server as NetServer } from "node:net";
import { type Address, formatAddress } from "../program/address.ts";
import { log } from "../program/log.ts";

/** How often is looked, in milliseconds, besides after each connection. */
const LOOK_MS = 1_000;

/** What the system says when a process, or all of them, have no more. */
const EMFILE = -24;
const ENFILE = -23;

/** What node's servers listen with, and do not show. */
interface Handle {
  /** Makes a socket at once; returns 0 or a negative error number. */
  bind(place: string, port?: number): number;
  bind6(host: string, port: number): number;
  close(): void;
}

/** Where a server listens; a path is a unix socket. */
type Place = ReturnType<NetServer["address"]>;

type HandleType = new (kind: number) => Handle;

/** As what a handle is made: a socket, no listener yet (node's `constants`). */
const SOCKET = 0;

/**
 * Watches over `server` from when it listens until `stopping`.
 *
 * @param wanted The address as it was asked for, which the process may use:
 * port 0 where any port was wanted.
 */
export function outliveDescriptorShortage(
  server: NetServer,
  wanted: Address,
  stopping: AbortSignal,
): void {
  /** Where it listens; kept, as a server that does not listen cannot tell. */
  let at: Place = null;
  let place = "";
  let short = false;

  const listenAnew = () => {
    // Only the listening ends: an HTTP/2 server's own close ends its sessions.
    if (server.listening) NetServer.prototype.close.call(server);
    if (typeof at === "string") server.listen({ path: at });
    else server.listen({ host: at!.address, port: at!.port });
  };
  const look = () => {
    if (stopping.aborted || at === null) return;
    const port = wanted.kind === "tcp" ? wanted.port : 0;
    const free = hasFreeDescriptor(server, at, port);
    if (short && free) return listenAnew();
    if (short || free) return;
    short = true;
    log(
      `Cannot accept connections on "${place}" for now: this process has no file descriptor left (ulimit -n)`,
    );
  };

  server.on("listening", () => {
    if (short) {
      short = false;
      log(`Accepts connections on "${place}" again`);
      return;
    }
    at = server.address();
    place = formatAddress(
      wanted.kind === "tcp" && at !== null && typeof at === "object"
        ? { ...wanted, port: at.port }
        : wanted,
    );
    const timer = setInterval(look, LOOK_MS);
    Deno.unrefTimer(timer);
    stopping.addEventListener("abort", () => clearInterval(timer));
  });
  server.on("connection", () => {
    if (!short) look();
  });
  server.on("error", (error) => {
    // Who started it hears of the first one.
    if (at === null) return;
    if (!short) throw error;
    log(`Cannot accept connections on "${place}" yet: ${error.message}`);
  });
}

/**
 * Tries to make a socket for the address that the server has: that needs no
 * other right. It never listens, so that the address is taken does not matter.
 */
function hasFreeDescriptor(
  server: NetServer,
  at: NonNullable<Place>,
  port: number,
): boolean {
  const { _handle } = server as { _handle?: Handle | null };
  const Socket = (_handle?.constructor ?? undefined) as HandleType | undefined;
  if (!Socket) return true;
  const socket = new Socket(SOCKET);
  try {
    const failure = typeof at === "string"
      ? socket.bind(at)
      : at.family === "IPv6"
      ? socket.bind6(at.address, port)
      : socket.bind(at.address, port);
    return failure !== EMFILE && failure !== ENFILE;
  } finally {
    socket.close();
  }
}
