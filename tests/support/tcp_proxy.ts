/**
 * A port that leads to another, until it is closed with all its connections.
 *
 * @module
 */

import { parseAddress } from "../../runtime/program/address.ts";

/** Such a port. */
export interface TcpProxy extends AsyncDisposable {
  readonly address: string;
  /** Ends every connection, and takes no more. */
  close(): Promise<void>;
}

/** Opens one. @param target Where it leads, as `host:port`. */
export function tcpProxy(target: string): TcpProxy {
  const to = parseAddress(target);
  if (to.kind !== "tcp") throw new TypeError(`Cannot lead to ${target}`);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sockets = new Set<Deno.TcpConn>();
  const closeQuietly = (socket: Deno.TcpConn) => {
    if (sockets.delete(socket)) socket.close();
  };
  const join = async (from: Deno.TcpConn) => {
    const onward = await Deno.connect({ hostname: to.host, port: to.port });
    const both = [from, onward] as const;
    for (const each of both) sockets.add(each);
    const ends = [[from, onward], [onward, from]] as const;
    // Either end may break at any time, as a real one may.
    await Promise.allSettled(
      ends.map(([source, sink]) =>
        source.readable.pipeTo(sink.writable, {
          preventClose: true,
          preventCancel: true,
        }).finally(() => both.forEach(closeQuietly))
      ),
    );
  };
  const serving = (async () => {
    const joined: Promise<void>[] = [];
    for await (const connection of listener) joined.push(join(connection));
    await Promise.allSettled(joined);
  })();
  let isOpen = true;
  const close = async () => {
    if (isOpen) listener.close();
    isOpen = false;
    for (const socket of [...sockets]) closeQuietly(socket);
    await serving;
  };
  const { port } = listener.addr;
  return {
    address: `127.0.0.1:${port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}
