/**
 * Shows the run's token to the servers that are called.
 *
 * Only to those that nobody can listen to on the way: on this machine, by
 * loopback or a unix socket; and in a network that the environment says is the
 * run's own, as that of its containers. It is decided by the connection as it stands, and
 * not by the name that was asked for: a resolver may lead anywhere.
 *
 * Credentials are the only ones to whom grpc-js shows the socket of a client, so
 * they join its writes, too.
 *
 * @module
 */

import { CallCredentials, ChannelCredentials, Metadata } from "@grpc/grpc-js";
import { isLoopback } from "../program/address.ts";
import { isPrivate } from "../program/private_network.ts";
import { isNetworkTrusted } from "../program/run_variables.ts";
import { joinWrites } from "./joined_writes.ts";
import type { Identity } from "./tls/identity.ts";
import { SecureCredentials } from "./tls/secure_credentials.ts";
import { AUTHORIZATION, bearer } from "./token.ts";

/** What grpc-js makes for each connection. */
type Connector = ReturnType<ChannelCredentials["_createSecureConnector"]>;

/**
 * Returns the credentials of a channel: to servers of this machine, or with TLS to
 * servers anywhere.
 *
 * @param token The run's token; undefined shows none.
 * @param identity Who calls. @default {nobody: without TLS}
 */
export function channelCredentials(
  token: string | undefined,
  identity?: Identity,
): ChannelCredentials {
  const local = new LocalCredentials(token);
  return identity ? new SecureCredentials(identity, local) : local;
}

/** An unencrypted channel that shows the token where nobody listens. */
class LocalCredentials extends ChannelCredentials {
  readonly #token: string | undefined;

  constructor(token: string | undefined) {
    super();
    this.#token = token;
  }

  override compose(): ChannelCredentials {
    throw new TypeError("An unencrypted channel takes no other credentials");
  }

  override _isSecure(): boolean {
    return false;
  }

  override _equals(other: ChannelCredentials): boolean {
    // Channels of one token share their connections.
    return other instanceof LocalCredentials && other.#token === this.#token;
  }

  override _createSecureConnector(): Connector {
    const none = CallCredentials.createEmpty();
    const shown = this.#token === undefined
      ? none
      : new TokenCredentials(this.#token);
    let isLocal = false;
    return {
      connect(socket) {
        isLocal = isOfThisMachine(socket) ||
          isNetworkTrusted() && isPrivate(socket.remoteAddress);
        joinWrites(socket);
        return Promise.resolve({ socket, secure: false });
      },
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => isLocal ? shown : none,
      destroy() {},
    };
  }
}

/** True where no other machine is at the other end. */
function isOfThisMachine(
  { remoteAddress, destroyed }: {
    remoteAddress?: string | undefined;
    destroyed: boolean;
  },
): boolean {
  // A unix socket has none, and neither has one that is closed already.
  if (remoteAddress === undefined) return !destroyed;
  const host = remoteAddress.replace(/^::ffff:(?=127\.)/i, "");
  return isLoopback({ kind: "tcp", host, port: 0 });
}

/** Gives each call of a connection the same metadata. */
class TokenCredentials extends CallCredentials {
  readonly #metadata: Promise<Metadata>;

  constructor(token: string) {
    super();
    const metadata = new Metadata();
    metadata.set(AUTHORIZATION, bearer(token));
    this.#metadata = Promise.resolve(metadata);
  }

  override generateMetadata(): Promise<Metadata> {
    return this.#metadata;
  }

  override compose(): CallCredentials {
    throw new TypeError("A call to this machine takes no other credentials");
  }

  override _equals(other: CallCredentials): boolean {
    return other === this;
  }
}
