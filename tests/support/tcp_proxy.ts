/**
 * A port that leads to another, while it is open.
 *
 * @module
 */

import { parseAddress } from "../../runtime/program/address.ts";

/** Such a port. */
export interface TcpProxy extends AsyncDisposable {
  readonly address: string;
  /** Ends every connection, and takes no more. */
  close(): Promise<void>;
  /** Takes connections again, at the same port. */
  open(): void;
}

/** Opens one. @param target Where it leads, as `host:port`. */
export function tcpProxy(target: string): TcpProxy {
  const to = parseAddress(target);
  if (to.kind !== "tcp") throw new TypeError(`Cannot lead to ${target}`);
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
  const serve = async (listener: Deno.TcpListener) => {
    const joined: Promise<void>[] = [];
    for await (const connection of listener) {
      joined.push(join(connection));
    }
    await Promise.allSettled(joined);
  };
  let port = 0;
  let listener: Deno.TcpListener | undefined;
  let serving: Promise<void> | undefined;
  const proxy: TcpProxy = {
    get address() {
      return `127.0.0.1:${port}`;
    },
    async close() {
      listener?.close();
      listener = undefined;
      for (const socket of [...sockets]) closeQuietly(socket);
      await serving;
    },
    open() {
      listener = Deno.listen({ hostname: "127.0.0.1", port });
      ({ port } = listener.addr);
      serving = serve(listener);
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
  proxy.open();
  return proxy;
}
