/**
 * The one way to start a server.
 *
 * Binds, adds health and reflection, and drains when it is told to stop. Reads
 * no command line; every main.ts calls it.
 *
 * @module
 */

import {
  type ChannelOptions,
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
} from "@grpc/grpc-js";
import type { AddressInfo, Server as NetServer } from "node:net";
import type { Duplex } from "node:stream";
import { aborted } from "../program/abort.ts";
import {
  type Address,
  formatAddress,
  isLoopback,
  parseAddress,
  type TcpAddress,
} from "../program/address.ts";
import { Fault, wrongOption } from "../program/errors.ts";
import { isNetworkTrusted } from "../program/run_variables.ts";
import { NAMES_TLS, ownAllowed, type TlsFiles } from "../program/tls_files.ts";
import { listenForInterrupts } from "../program/interrupts.ts";
import {
  type Authentication,
  createAdmission,
  type Guarded,
  ownAuthentication,
  ownName,
} from "./admission.ts";
import { bindFault } from "./bind_fault.ts";
import { abortsOnGoaway } from "./deno_version.ts";
import { outliveDescriptorShortage } from "./descriptor_shortage.ts";
import { widenFlowWindow } from "./flow_window.ts";
import type { Front } from "./front.ts";
import { createShield, withoutGoaways } from "./goaway_shield.ts";
import { guardConnections } from "./guard.ts";
import type { Implementation } from "./handlers.ts";
import { createHealth, type Health } from "./health.ts";
import { connectionsOf, onHttp2Server } from "./http2_server.ts";
import { joinWrites } from "./joined_writes.ts";
import { createReflection } from "./reflection.ts";
import { createRefusalLog, type Refused } from "./refusals.ts";
import { endSilentConnections, HANDSHAKE_MS } from "./silent_connections.ts";
import { createCallerAdmission } from "./tls/caller_admission.ts";
import type { Identity } from "./tls/identity.ts";
import { identityFor, ownIdentity } from "./tls/own_identity.ts";
import { createSecureFront } from "./tls/secure_front.ts";
import { listenOnUnix } from "./unix_listener.ts";

/** Options for {@linkcode serve}. */
export interface ServeOptions {
  /** Where to listen: `host:port` (port 0: any) or `unix:/path`. */
  address: string;
  /** What to serve, by the service's full name. */
  services: Record<string, Implementation>;
  /**
   * Allows an address that other machines can reach, without TLS. A program that
   * has a flag `--insecure` gives what it says. The environment of a container
   * may allow it, too. @default {not allowed}
   */
  insecure?: boolean;
  /** The older name of `insecure`. */
  expose?: boolean;
  /**
   * The files of its certificate: callers then need one of the same CA, and no
   * token; false for none. A unix socket has no TLS: nobody can listen there.
   *
   * @default {what the program's flags or its environment say}
   */
  tls?: TlsFiles | false | undefined;
  /**
   * The services that may call, by the names in their certificates; health and
   * reflection are for all that have one.
   *
   * @default {what the environment says; without that all}
   */
  allow?: readonly string[] | undefined;
  /** Who may call. @default {what the environment says; without a token everybody} */
  authentication?: Authentication | undefined;
  /**
   * Methods that nobody may call without the token of the run, as
   * "/package.Service/Method", or all of them. @default {none}
   */
  guarded?: Guarded;
  /** How long a connection may stay silent at first, in milliseconds. @default {10000} */
  handshakeMs?: number;
  /** Keeps clients' GOAWAY frames out. @default {where this Deno needs it} */
  shield?: boolean;
  /**
   * Settings of grpc-js. A message may have 4 MiB unless they say otherwise, also
   * once it is decompressed. `grpc-node.flow_control_window`, which
   * grpc-js has for clients, counts here too.
   */
  channel?: ChannelOptions;
}

/** Counts nothing of each call for an interface that is not served. */
const SERVER: ChannelOptions = { "grpc.enable_channelz": 0 };

/** A server that is listening. */
export interface Served {
  /** The address it listens on, with the port that port 0 became. */
  address: string;
  /** Sets the health of one service. */
  setHealth(service: string, health: Health): void;
  /**
   * Stops: refuses new calls, aborts the signal of running ones, and returns
   * when they have ended or `drainMs` is over.
   */
  stop(drainMs?: number): Promise<void>;
}

/**
 * Starts a server; everything it serves is healthy from then on.
 *
 * @example
 * ```ts
 * import { implement, serve, unary } from "denizen";
 * import { GreeterService } from "./proto/greeter/contract.ts";
 *
 * const name = "greeter.v1.GreeterService";
 * const served = await serve({
 *   address: "127.0.0.1:0", // any port: `served.address` has it
 *   services: {
 *     [name]: implement(GreeterService, {
 *       Greet: unary(({ name }) => ({ greeting: `Hello, ${name}` })),
 *     }),
 *   },
 * });
 * served.setHealth(name, "NOT_SERVING"); // for whoever asks
 * await served.stop(); // lets the calls that run come to their end
 * ```
 *
 * @throws {Fault} `invalid` if the address is malformed, or reaches beyond this
 * machine without TLS or `insecure`; `unavailable` if it cannot be bound, naming
 * the process that holds it where that can be found.
 * @throws {UsageError} If a file of its certificate is missing or wrong.
 */
export async function serve({
  address,
  services,
  expose,
  insecure,
  authentication = ownAuthentication(),
  guarded,
  tls,
  allow = ownAllowed(),
  handshakeMs = HANDSHAKE_MS,
  shield = abortsOnGoaway(Deno.version.deno),
  channel = {},
}: ServeOptions): Promise<Served> {
  const wanted = parseAddress(address);
  const identity = identityAt(wanted, tls);
  const isAllowed = expose || insecure || isNetworkTrusted();
  if (!isAllowed && !identity && !isLoopback(wanted)) {
    const flag = insecure === undefined ? "--expose" : "--insecure";
    throw wrongOption(
      `Cannot serve on "${address}": other machines can reach it; give it a certificate (${NAMES_TLS})${
        (insecure ?? expose) === undefined
          ? ", or an address of this machine, as in 127.0.0.1:5555"
          : `, or add ${flag} to go without`
      }`,
    );
  }
  if (allow && !identity) {
    throw wrongOption(
      `Cannot serve on "${address}": who may call (${
        allow.join(", ")
      }) is known by certificates only; ${
        wanted.kind === "unix"
          ? "a unix socket has none"
          : `give it a certificate (${NAMES_TLS})`
      }`,
    );
  }
  const server = new Server({ ...SERVER, ...channel });
  const tell = createRefusalLog();
  guardConnections(
    server,
    identity
      ? createCallerAdmission({ name: ownName(), allow })
      : authentication && createAdmission(authentication, guarded),
    tell,
  );
  const flowWindow = channel["grpc-node.flow_control_window"];
  if (flowWindow !== undefined) widenFlowWindow(server, flowWindow);
  const stopping = new AbortController();
  const outlive = (listener: NetServer) => {
    if (wanted.kind === "unix") return;
    outliveDescriptorShortage(listener, wanted, stopping.signal);
  };
  onHttp2Server(server, outlive);
  onHttp2Server(
    server,
    (http2Server) => endSilentConnections(http2Server, handshakeMs),
  );
  onHttp2Server(
    server,
    (http2Server) => http2Server.on("connection", joinWrites),
  );
  const connections = connectionsOf(server);
  const health = createHealth(Object.keys(services));
  const definitions = Object.fromEntries(
    Object.entries(services).map(([name, { definition }]) => [
      name,
      definition,
    ]),
  );
  const implementations = [
    ...Object.values(services),
    health.implementation,
    ...createReflection({
      ...definitions,
      "grpc.health.v1.Health": health.implementation.definition,
    }),
  ];
  for (const implementation of implementations) {
    server.addService(
      implementation.definition,
      implementation.bind(stopping.signal),
    );
  }

  const { bound, front } = await listen(server, wanted, {
    shield,
    outlive,
    secure: identity && { identity, tell, handshakeMs },
  });
  health.setAll("SERVING");

  return {
    address: formatAddress(bound),
    setHealth: health.set,
    async stop(drainMs = 5_000) {
      health.setAll("NOT_SERVING");
      stopping.abort();
      const drained = Promise.all([
        new Promise<void>((resolve) => server.tryShutdown(() => resolve())),
        front?.close(),
      ]);
      const timer = setTimeout(() => {
        server.forceShutdown();
        connections.end();
        front?.endConnections();
      }, drainMs);
      try {
        await drained;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/**
 * Serves until the process is told to stop (SIGTERM or SIGINT), then drains.
 *
 * @example
 * ```ts
 * import { address, implement, log, runProgram, serveUntilStopped } from "denizen";
 * import { unary } from "denizen";
 * import { GreeterService } from "./proto/greeter/contract.ts";
 *
 * const greeter = implement(GreeterService, {
 *   Greet: unary(({ name }) => ({ greeting: `Hello, ${name}` })),
 * });
 *
 * await runProgram({
 *   name: "server.ts",
 *   summary: "Says hello for a tenth of a second.",
 *   flags: { address: address("where to serve", "127.0.0.1:0") },
 * }, ({ address }) =>
 *   serveUntilStopped(
 *     { address, services: { "greeter.v1.GreeterService": greeter } },
 *     (served) => log(`Serving on ${served.address}`),
 *     AbortSignal.timeout(100), // leave it out
 *   ));
 * ```
 *
 * @param options As for {@linkcode serve}.
 * @param ready Called once the server is listening.
 * @param until Stops the server too when it aborts.
 */
export async function serveUntilStopped(
  options: ServeOptions,
  ready: (served: Served) => void,
  until?: AbortSignal,
): Promise<void> {
  using interrupts = listenForInterrupts();
  const { stop } = interrupts;
  const served = await serve(options);
  ready(served);
  await aborted(until ? AbortSignal.any([stop, until]) : stop);
  await served.stop();
}

/** Removes the socket of a server that was killed; nobody listens there. */
async function removeStaleSocket(path: string): Promise<void> {
  try {
    const connection = await Deno.connect({ transport: "unix", path });
    connection.close();
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) {
      // Any other file refuses too, and is not ours to remove.
      if (!(await Deno.lstat(path)).isSocket) {
        throw new Fault(
          "unavailable",
          `Cannot serve on "unix:${path}": the file there is not a socket`,
        );
      }
      await Deno.remove(path);
    } else if (!(error instanceof Deno.errors.NotFound)) {
      throw error;
    }
  }
}

/** Returns who a server is; a unix socket needs no certificate. */
function identityAt(
  wanted: Address,
  tls: ServeOptions["tls"],
): Identity | undefined {
  if (wanted.kind === "unix" || tls === false) return undefined;
  return tls ? identityFor(tls) : ownIdentity();
}

/** Has `server` listen, by itself or by what accepts its connections for it. */
async function listen(
  server: Server,
  wanted: Address,
  { shield, outlive, secure }: {
    shield: boolean;
    outlive: (listener: NetServer) => void;
    /** What TLS needs, where there is to be any. */
    secure:
      | {
        identity: Identity;
        tell: (refused: Refused) => void;
        handshakeMs: number;
      }
      | undefined;
  },
): Promise<{ bound: Address; front?: Front }> {
  if (wanted.kind === "tcp" && !shield && !secure) {
    return { bound: await bind(server, wanted) };
  }
  const injector = server.createConnectionInjector(
    ServerCredentials.createInsecure(),
  );
  const take = (socket: Duplex) => injector.injectConnection(socket);
  if (wanted.kind === "tcp") {
    const front = secure
      ? createSecureFront(secure.identity, { ...secure, take, shield })
      : createShield(take);
    outlive(front.listener);
    return { bound: await listenShielded(front.listener, wanted), front };
  }
  await removeStaleSocket(wanted.path);
  try {
    const front = listenOnUnix(
      wanted.path,
      shield ? (socket) => take(withoutGoaways(socket)) : take,
    );
    return { bound: wanted, front };
  } catch (error) {
    throw await bindFault(wanted, (error as Error).message);
  }
}

function bind(server: Server, address: TcpAddress): Promise<TcpAddress> {
  // Else grpc-js writes a line of its own when it cannot bind.
  setLogVerbosity(logVerbosity.NONE);
  return new Promise((resolve, reject) => {
    server.bindAsync(
      formatAddress(address),
      ServerCredentials.createInsecure(),
      (error, port) => {
        const reason = error?.message.replace(/^No address .*\[(.*)\]$/s, "$1");
        if (reason) bindFault(address, reason).then(reject, reject);
        else resolve({ ...address, port });
      },
    );
  });
}

function listenShielded(
  listener: NetServer,
  address: TcpAddress,
): Promise<TcpAddress> {
  return new Promise((resolve, reject) => {
    listener.once("error", (error) => {
      bindFault(address, error.message).then(reject, reject);
    });
    listener.listen({ host: address.host, port: address.port }, () => {
      const { port } = listener.address() as AddressInfo;
      resolve({ ...address, port });
    });
  });
}
