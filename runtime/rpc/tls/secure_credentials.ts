/**
 * Has a client speak TLS: shows its certificate, and checks the server's.
 *
 * The name that is checked is that of the host that was dialled, and an IP address
 * as well: Deno refuses those as a "servername", so another is sent, and the
 * certificate is compared here. A unix socket goes without TLS, and is shown the
 * token: nobody can listen there.
 *
 * What goes wrong is told in a sentence: grpc-js would hand on "write EPIPE".
 *
 * @module
 */

import { CallCredentials, ChannelCredentials } from "@grpc/grpc-js";
import { isIP, type Socket } from "node:net";
import { checkServerIdentity, connect } from "node:tls";
import { parseAddress } from "../../program/address.ts";
import { Fault } from "../../program/errors.ts";
import { joinWrites } from "../joined_writes.ts";
import { connectionProblem } from "./connection_problem.ts";
import type { Identity } from "./identity.ts";

/** What grpc-js makes for each connection. */
type Connector = ReturnType<ChannelCredentials["_createSecureConnector"]>;
type Target = Parameters<ChannelCredentials["_createSecureConnector"]>[0];

/** A connector that is told where it connects to. */
interface DirectedConnector extends Connector {
  /** The host that is dialled, where the target names none. */
  dialledHost: string | undefined;
}

/** Sent in place of an IP address; the certificate is not checked for it. */
const ANY_NAME = "localhost";

/** Tells a connection which host it dials; of no use where there is no TLS. */
export function setDialledHost(connector: object, host: string): void {
  if ("dialledHost" in connector) {
    (connector as DirectedConnector).dialledHost = host;
  }
}

/** The credentials of a channel that speaks TLS. */
export class SecureCredentials extends ChannelCredentials {
  readonly #identity: Identity;
  readonly #local: ChannelCredentials;

  /** @param local Those for unix sockets. */
  constructor(identity: Identity, local: ChannelCredentials) {
    super();
    this.#identity = identity;
    this.#local = local;
  }

  override compose(): ChannelCredentials {
    throw new TypeError(
      "A channel with a certificate takes no other credentials",
    );
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return other instanceof SecureCredentials &&
      other.#identity === this.#identity && this.#local._equals(other.#local);
  }

  override _createSecureConnector(
    target: Target,
    options: Parameters<ChannelCredentials["_createSecureConnector"]>[1],
  ): Connector {
    const local = this.#local._createSecureConnector(target, options);
    const none = CallCredentials.createEmpty();
    let isLocal = false;
    const connector: DirectedConnector = {
      dialledHost: undefined,
      connect: (socket) => {
        // Only a unix socket has no address; one that is closed is no way either.
        isLocal = socket.remoteAddress === undefined && !socket.destroyed;
        if (isLocal) return local.connect(socket);
        const host = hostOf(target) ?? connector.dialledHost ??
          socket.remoteAddress ?? "";
        return secure(socket, host, this.#identity);
      },
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => isLocal ? local.getCallCredentials() : none,
      destroy: () => local.destroy(),
    };
    return connector;
  }
}

/** Returns the host that a target names, if it names one by itself. */
function hostOf({ scheme, path }: Target): string | undefined {
  if (scheme !== undefined && !["dns", "ipv4", "ipv6"].includes(scheme)) {
    return undefined;
  }
  try {
    const address = parseAddress(path);
    return address.kind === "tcp" ? address.host : undefined;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** Does the handshake. @throws {Error} In words. */
function secure(
  socket: Socket,
  host: string,
  { current: { context } }: Identity,
): ReturnType<Connector["connect"]> {
  return new Promise((resolve, reject) => {
    let isShaken = false;
    /** The names in the server's certificate, once they are looked at. */
    let names = "";
    const secured = connect({
      socket,
      secureContext: context,
      servername: isIP(host) ? ANY_NAME : host,
      ALPNProtocols: ["h2"],
      checkServerIdentity: (_, certificate) => {
        names = certificate.subjectaltname ?? "";
        return checkServerIdentity(host, certificate);
      },
    }, () => {
      isShaken = true;
      joinWrites(secured);
      resolve({ socket: secured, secure: true });
    });
    const fail = (error: Error & { code?: string }) => {
      // Later grpc-js listens too, and tells the message of this very error.
      error.message = connectionProblem(error, { host, names, isShaken });
      reject(new Error(error.message));
    };
    secured.on("error", fail);
    secured.on("close", () => {
      reject(new Error("the connection was closed in the handshake of TLS"));
    });
  });
}
