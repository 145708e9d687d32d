/**
 * Keeps a call from being tried for ever on a connection that is gone.
 *
 * When a server ends at the very moment of the handshake, grpc-js does not
 * notice and takes the connection for ready from then on. A call cannot start
 * there. Since it has never left this process, grpc-js tries it again at once,
 * without end: the process hangs, and its memory grows. Here such a connection
 * is found out when a call is given to it, and a new one is made.
 *
 * @module
 */

import { type Client, connectivityState } from "@grpc/grpc-js";

/** What grpc-js does not offer: its choice of a connection for a call. */
interface Internals {
  internalChannel?: { doPick(...args: unknown[]): Picked };
}

interface Picked {
  subchannel?: { getRealSubchannel(): Subchannel } | null;
}

interface Subchannel {
  transport?: { session?: { destroyed?: boolean } } | null;
  transitionToState(from: connectivityState[], to: connectivityState): boolean;
}

/** Sees to it that no call of `client` is given to a connection that is gone. */
export function avoidDestroyed(client: Client): void {
  const { internalChannel } = client.getChannel() as unknown as Internals;
  if (!internalChannel) return;
  const pick = internalChannel.doPick;
  internalChannel.doPick = (...args) => {
    const picked = pick.apply(internalChannel, args);
    const subchannel = picked.subchannel?.getRealSubchannel();
    if (!subchannel?.transport?.session?.destroyed) return picked;
    subchannel.transitionToState(
      [connectivityState.READY],
      connectivityState.IDLE,
    );
    return pick.apply(internalChannel, args);
  };
}
