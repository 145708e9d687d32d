/**
 * Sends what a connection writes in one turn of the event loop as one write.
 *
 * Deno's HTTP/2 hands each frame to its socket by itself, and each then is a
 * system call: a unary call has three on the server and two on the client, and
 * with many calls in flight they are a fifth of what both processes do. Here
 * small frames wait for the end of the turn. burst.ts does so for the messages
 * of one stream, before they are frames; this joins those of all streams.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers";

/** From so many bytes on, nothing is gained by waiting for more. */
export const ENOUGH_BYTES = 16 * 1024;

/** What is used of a socket. */
export interface WritableSocket {
  readonly destroyed: boolean;
  readonly writableNeedDrain: boolean;
  write(chunk: Uint8Array, ...rest: unknown[]): boolean;
  end(...rest: unknown[]): unknown;
}

/** What is to be sent at the end of this turn; one timer for all connections. */
let due: (() => void)[] = [];

function sendDue(): void {
  const sends = due;
  due = [];
  for (const send of sends) send();
}

/** Has `socket` join its writes from now on. */
export function joinWrites(socket: WritableSocket): void {
  const { write, end } = socket;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let isDue = false;

  const send = (): boolean => {
    if (heldBytes === 0) return true;
    const joined = held.length === 1
      ? held[0]!
      : Buffer.concat(held, heldBytes);
    held = [];
    heldBytes = 0;
    // A write to it would be an error, and before this it was none.
    return socket.destroyed || write.call(socket, joined);
  };
  const sendAtLast = () => {
    isDue = false;
    send();
  };
  socket.write = (chunk, ...rest) => {
    // Whoever says more of a write wants to hear of it, or writes text.
    if (rest.length > 0 || typeof chunk === "string") {
      send();
      return write.call(socket, chunk, ...rest);
    }
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes >= ENOUGH_BYTES) return send();
    if (!isDue) {
      isDue = true;
      if (due.push(sendAtLast) === 1) setImmediate(sendDue);
    }
    return !socket.writableNeedDrain;
  };
  socket.end = (...rest) => {
    send();
    return end.call(socket, ...rest);
  };
}
