/**
 * Stands between a client and a server, and counts the goodbyes (HTTP/2 GOAWAY
 * frames) that clients send: proof that a soak of them is one.
 *
 * @module
 */

import { parseAddress } from "../../runtime/program/address.ts";

/** A tap on a server. */
export interface Tap extends AsyncDisposable {
  /** Where clients connect instead. */
  address: string;
  /** Goodbyes that have come by. */
  goaways(): number;
}

const PREFACE_BYTES = 24;
const HEADER_BYTES = 9;
const GOAWAY = 0x7;

/** Puts a tap on the server at `target`. */
export function startTap(target: string): Tap {
  const to = parseAddress(target);
  if (to.kind !== "tcp") throw new TypeError("Cannot tap a unix socket");
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let goaways = 0;

  const join = async (client: Deno.TcpConn) => {
    const server = await Deno.connect({ hostname: to.host, port: to.port });
    const count = countFrames(GOAWAY, () => goaways++);
    await Promise.allSettled([
      client.readable.pipeThrough(count).pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
  };
  const joined: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const client of listener) joined.push(join(client));
  })();

  return {
    address: `127.0.0.1:${listener.addr.port}`,
    goaways: () => goaways,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(joined);
    },
  };
}

/** Passes bytes on, and tells of each frame of one type among them. */
function countFrames(
  type: number,
  found: () => void,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let header: number[] = [];
  let skip = PREFACE_BYTES;
  return new TransformStream({
    transform(bytes, controller) {
      for (let at = 0; at < bytes.length;) {
        if (skip > 0) {
          const step = Math.min(skip, bytes.length - at);
          skip -= step;
          at += step;
          continue;
        }
        header.push(bytes[at++]!);
        if (header.length < HEADER_BYTES) continue;
        const [high = 0, middle = 0, low = 0, frameType] = header;
        if (frameType === type) found();
        skip = (high << 16) | (middle << 8) | low;
        header = [];
      }
      controller.enqueue(bytes);
    },
  });
}
