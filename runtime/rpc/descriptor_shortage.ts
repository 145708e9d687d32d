/**
 * Lets a server accept again after a shortage of file descriptors.
 *
 * When the system has no descriptor for a connection, Deno's `net.Server` says
 * nothing and never looks at its socket again. From then on it accepts nobody,
 * however many descriptors are free. So this file tries to get a descriptor
 * after each connection and from time to time. When there were none and there
 * are some again, the server listens anew. Clients that waited in the old
 * socket's queue have to connect again, as they do after a restart of the
 * server. A unix socket needs none of that: unix_listener.ts asks again itself.
 *
 * @module
 */

import { type AddressInfo, Server as NetServer } from "node:net";
import { formatAddress, type TcpAddress } from "../program/address.ts";
import { log } from "../program/log.ts";

/** How often is looked, in milliseconds, besides after each connection. */
const LOOK_MS = 1_000;

/** What the system says when a process, or all of them, have no more. */
const EMFILE = -24;
const ENFILE = -23;

/** What node's servers listen with, and do not show. */
interface Handle {
  /** Makes a socket at once; returns 0 or a negative error number. */
  bind(host: string, port: number): number;
  bind6(host: string, port: number): number;
  close(): void;
}

/** Whether a server lacks descriptors just now, and what is said of it. */
export interface Shortage {
  readonly isOn: boolean;
  /** Says so, unless it is on. */
  begin(): void;
  /** Says that it is over, if it is on. */
  end(): void;
  /** Says what else stands in the way now that it might be over. */
  goOn(reason: string): void;
}

/** @param place The address that the server listens on. */
export function createShortage(place: string): Shortage {
  let isOn = false;
  return {
    get isOn() {
      return isOn;
    },
    begin() {
      if (isOn) return;
      isOn = true;
      log(
        `Cannot accept connections on "${place}" for now: this process has no file descriptor left (ulimit -n)`,
      );
    },
    end() {
      if (!isOn) return;
      isOn = false;
      log(`Accepts connections on "${place}" again`);
    },
    goOn: (reason) =>
      log(`Cannot accept connections on "${place}" yet: ${reason}`),
  };
}

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
  wanted: TcpAddress,
  stopping: AbortSignal,
): void {
  /** Where it listens; kept, as a server that does not listen cannot tell. */
  let at: AddressInfo | undefined;
  let shortage: Shortage | undefined;

  const listenAnew = () => {
    // Only the listening ends: an HTTP/2 server's own close ends its sessions.
    if (server.listening) NetServer.prototype.close.call(server);
    server.listen({ host: at!.address, port: at!.port });
  };
  const look = () => {
    if (stopping.aborted || !at || !shortage) return;
    const free = hasFreeDescriptor(server, at, wanted.port);
    if (shortage.isOn && free) listenAnew();
    else if (!free) shortage.begin();
  };

  server.on("listening", () => {
    if (shortage) return shortage.end();
    at = server.address() as AddressInfo;
    shortage = createShortage(formatAddress({ ...wanted, port: at.port }));
    const timer = setInterval(look, LOOK_MS);
    Deno.unrefTimer(timer);
    stopping.addEventListener("abort", () => clearInterval(timer));
  });
  server.on("connection", () => {
    if (!shortage?.isOn) look();
  });
  server.on("error", (error) => {
    // Who started it hears of the first one.
    if (!shortage) return;
    if (!shortage.isOn) throw error;
    shortage.goOn(error.message);
  });
}

/**
 * Tries to make a socket for the address that the server has: that needs no
 * other right. It never listens, so that the address is taken does not matter.
 */
function hasFreeDescriptor(
  server: NetServer,
  at: AddressInfo,
  port: number,
): boolean {
  const { _handle } = server as { _handle?: Handle | null };
  const Socket = (_handle?.constructor ?? undefined) as HandleType | undefined;
  if (!Socket) return true;
  const socket = new Socket(SOCKET);
  try {
    const failure = at.family === "IPv6"
      ? socket.bind6(at.address, port)
      : socket.bind(at.address, port);
    return failure !== EMFILE && failure !== ENFILE;
  } finally {
    socket.close();
  }
}
