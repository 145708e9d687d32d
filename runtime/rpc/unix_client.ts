/**
 * Has clients connect to unix sockets as unix_listener.ts accepts them.
 *
 * grpc-js connects by `node:net`, and offers no choice; unix_socket.ts says what
 * is wrong with that. A channel takes its connections from a pool, so the pool
 * of a channel is where each of them is seen before it connects.
 *
 * @module
 */

import type { Client } from "@grpc/grpc-js";
import { setDialledHost } from "./tls/secure_credentials.ts";
import { inNodesWords, type UnixSocket, unixSocketOf } from "./unix_socket.ts";

/** What grpc-js does not offer: where a channel has its connections from. */
interface Internals {
  internalChannel?: { subchannelPool: Pool };
}

interface Pool {
  getOrCreateSubchannel(
    target: unknown,
    address: { path?: string; host?: string },
    ...rest: unknown[]
  ): Subchannel;
  unrefUnusedSubchannels(): void;
}

interface Subchannel {
  secureConnector: object;
  connector: { tcpConnect(address: unknown): Promise<UnixSocket> };
}

/** Has `client` connect so from now on; what it does by TCP stays as it is. */
export function connectUnixSockets(client: Client): void {
  const { internalChannel } = client.getChannel() as unknown as Internals;
  if (!internalChannel) return;
  const pool = internalChannel.subchannelPool;
  internalChannel.subchannelPool = {
    getOrCreateSubchannel(target, address, ...rest) {
      const subchannel = pool.getOrCreateSubchannel(target, address, ...rest);
      const { path, host } = address;
      if (host !== undefined) setDialledHost(subchannel.secureConnector, host);
      if (path !== undefined) {
        subchannel.connector.tcpConnect = () => connectUnix(path);
      }
      return subchannel;
    },
    unrefUnusedSubchannels: () => pool.unrefUnusedSubchannels(),
  };
}

async function connectUnix(path: string): Promise<UnixSocket> {
  try {
    return unixSocketOf(await Deno.connect({ transport: "unix", path }));
  } catch (error) {
    throw inNodesWords(error, "connect", path);
  }
}
