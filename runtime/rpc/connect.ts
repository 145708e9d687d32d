/**
 * The one way to call a service.
 *
 * Every unary call has a deadline, and whatever goes wrong is thrown as a
 * `Fault`. A connection is kept for the life of the process: closing one can
 * abort a server on some versions of Deno (deno_version.ts), and a process
 * that simply exits does no harm.
 *
 * @module
 */

import {
  type CallOptions,
  type ChannelOptions,
  Client,
  type ClientWritableStream,
  Metadata,
} from "@grpc/grpc-js";
import { LONGEST_TIMER_MS } from "../program/abort.ts";
import type { Fault } from "../program/errors.ts";
import type { TlsFiles } from "../program/tls_files.ts";
import { createBurst } from "./burst.ts";
import { channelCredentials } from "./credentials.ts";
import { avoidDestroyed } from "./destroyed_session.ts";
import { failAfterMessages } from "./late_failure.ts";
import {
  asEncoded,
  type MessageStream,
  readMessages,
} from "./message_stream.ts";
import { toFault } from "./status.ts";
import type { Identity } from "./tls/identity.ts";
import { identityFor, ownIdentity } from "./tls/own_identity.ts";
import { ownToken } from "./token.ts";
import { ask, type ClientMethod } from "./unary_call.ts";
import { connectUnixSockets } from "./unix_client.ts";

export type { ClientMethod } from "./unary_call.ts";

/** Options for {@linkcode connect}. */
export interface ConnectOptions {
  /** Who is called, for messages. @default {the address} */
  name?: string;
  /** How it is found, for messages. @default {"at" and the address} */
  where?: string;
  /**
   * Shown to a server of this machine, by loopback or a unix socket, and to no
   * other; null shows none.
   *
   * @default {the token of the run, if this process belongs to one}
   */
  token?: string | null | undefined;
  /**
   * The files of the certificate to show, and of the CA that the server's has to
   * be of; false for a server that speaks no TLS. With TLS no token is shown.
   *
   * @default {what the program's flags or its environment say}
   */
  tls?: TlsFiles | false | undefined;
  /** Settings of grpc-js, laid over ours. */
  channel?: ChannelOptions;
  /** Opens the connection at once, and not at the first call. @default {false} */
  eager?: boolean;
}

/** Options for one call. */
export interface CallingOptions {
  /** Ends the call when it aborts. */
  signal?: AbortSignal;
  /** Waits for the server to come up instead of failing at once. @default {false} */
  waitForReady?: boolean;
  /**
   * How long the call may take, in milliseconds.
   *
   * @default {5000 where one message is answered by one; a stream lasts as long as
   * it lasts}
   */
  deadlineMs?: number;
  /** What the server is told besides the messages. @default {nothing} */
  metadata?: Metadata;
}

/** Options for one unary call. */
export interface UnaryOptions extends CallingOptions {
  /** Told the address that answered, for example "127.0.0.1:5555". */
  onPeer?: (address: string) => void;
}

/** A connection to one service. */
export interface Connection {
  /** Who is called, for messages. */
  readonly peer: string;
  /** Asks once. @throws {Fault} */
  unary<Req, Res>(
    method: ClientMethod<Req, Res>,
    request: Req,
    options?: UnaryOptions,
  ): Promise<Res>;
  /** Asks once and reads many answers. The iterator throws {@linkcode Fault}. */
  serverStream<Req, Res>(
    method: ClientMethod<Req, Res>,
    request: Req,
    options?: CallingOptions,
  ): AsyncIterableIterator<Res>;
  /**
   * Sends many messages and reads one answer. A server may answer before all
   * are sent; the rest is not asked for then.
   *
   * @param requests The messages; one is asked for when there is room for it.
   * @throws {Fault} And whatever `requests` throws, as it is.
   */
  clientStream<Req, Res>(
    method: ClientMethod<Req, Res>,
    requests: AsyncIterable<Req> | Iterable<Req>,
    options?: CallingOptions,
  ): Promise<Res>;
  /** Opens a stream in both directions. */
  duplex<Req, Res>(
    method: ClientMethod<Req, Res>,
    options?: CallingOptions,
  ): MessageStream<Res, Req>;
  /** Closes the connection. For tests; a service keeps its connections. */
  close(): void;
}

/** Reconnects soon, and notices a frozen peer. Messages have gRPC's 4 MiB. */
const CHANNEL: ChannelOptions = {
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.min_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2_000,
  "grpc.keepalive_time_ms": 5_000,
  "grpc.keepalive_timeout_ms": 5_000,
  // Proxies are for other machines; everything here is on this one.
  "grpc.enable_http_proxy": 0,
  // Counts of each call, for an interface that is not served.
  "grpc.enable_channelz": 0,
};

/**
 * Connects to a service. Opens nothing until the first call, unless `eager`.
 *
 * @example
 * ```ts
 * import { connect, implement, serve, unary } from "denizen";
 * import { GreeterService } from "./proto/greeter/contract.ts";
 *
 * const greeter = implement(GreeterService, {
 *   Greet: unary(({ name }) => ({ greeting: `Hello, ${name}` })),
 * });
 * const served = await serve({
 *   address: "127.0.0.1:0",
 *   services: { "greeter.v1.GreeterService": greeter },
 * });
 *
 * const connection = connect(served.address, { name: "greeter" });
 * const { greeting } = await connection.unary(
 *   GreeterService.Greet,
 *   { name: "Ada" },
 *   { deadlineMs: 1_000 }, // 5 s if not given
 * );
 * greeting satisfies string;
 * connection.close();
 * await served.stop();
 * ```
 *
 * @param address `host:port`, `unix:/path`, or what a registered resolver takes.
 * @throws {UsageError} If a file of its certificate is missing or wrong.
 */
export function connect(
  address: string,
  {
    name,
    where = `at ${address}`,
    token = ownToken(),
    tls,
    channel = {},
    eager = false,
  }: ConnectOptions = {},
): Connection {
  const peer = name ? `${name} ${where}` : address;
  const credentials = channelCredentials(
    token ?? undefined,
    identityTo(address, tls),
  );
  const client = new Client(address, credentials, { ...CHANNEL, ...channel });
  avoidDestroyed(client);
  connectUnixSockets(client);
  // Asking for the state with `true` is how grpc-js is told to connect.
  if (eager) client.getChannel().getConnectivityState(true);
  return {
    peer,
    async unary(method, request, options = {}) {
      const { deadlineMs = 5_000, signal, onPeer } = options;
      try {
        return await ask(client.getChannel(), method, request, {
          metadata: metadataFor(options),
          deadline: deadlineIn(deadlineMs),
          signal,
          onPeer,
        });
      } catch (error) {
        throw toFault(error, peer);
      }
    },
    serverStream(method, request, options = {}) {
      const call = client.makeServerStreamRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        metadataFor(options),
        callOptionsFor(options),
      );
      failAfterMessages(call);
      endOnAbort(call, options.signal);
      return readMessages(call, peer, () => call.cancel());
    },
    clientStream: (method, requests, options = {}) =>
      sendAll(
        (answered) =>
          client.makeClientStreamRequest(
            method.path,
            method.requestSerialize,
            method.responseDeserialize,
            metadataFor(options),
            callOptionsFor(options),
            (error, message) =>
              answered(error && toFault(error, peer), message),
          ),
        requests,
        options.signal,
      ),
    duplex<Req, Res>(
      method: ClientMethod<Req, Res>,
      options: CallingOptions = {},
    ): MessageStream<Res, Req> {
      const call = client.makeBidiStreamRequest(
        method.path,
        asEncoded,
        method.responseDeserialize,
        metadataFor(options),
        callOptionsFor(options),
      );
      failAfterMessages(call);
      endOnAbort(call, options.signal);
      const burst = createBurst(call);
      return {
        incoming: readMessages<Res>(
          call,
          peer,
          undefined,
          (came, take) => {
            burst.writeDirectly();
            take(came as Res);
          },
        ),
        get room() {
          return burst.room;
        },
        send: (message) => burst.add(method.requestSerialize(message)),
        end() {
          burst.flush();
          call.end();
        },
      };
    },
    close: () => client.close(),
  };
}

/** Returns who calls; a unix socket needs no certificate. */
function identityTo(
  address: string,
  tls: ConnectOptions["tls"],
): Identity | undefined {
  if (tls === false || address.startsWith("unix:")) return undefined;
  return tls ? identityFor(tls) : ownIdentity();
}

/** Sends messages, each once there is room for it, until there is an answer. */
async function sendAll<Req, Res>(
  open: (
    answered: (fault: Fault | null, message?: Res) => void,
  ) => ClientWritableStream<Req>,
  requests: AsyncIterable<Req> | Iterable<Req>,
  signal: AbortSignal | undefined,
): Promise<Res> {
  const answer = Promise.withResolvers<Res>();
  let isOver = false;
  let wake = () => {};
  const call = open((fault, message) => {
    isOver = true;
    wake();
    if (fault) answer.reject(fault);
    else answer.resolve(message!);
  });
  call.on("drain", () => wake());
  endOnAbort(call, signal);
  // Where `requests` fails, that is what the call has failed of.
  const sent = (async () => {
    try {
      for await (const request of requests) {
        if (isOver) return;
        if (call.write(request)) continue;
        await new Promise<void>((resolve) => wake = resolve);
        if (isOver) return;
      }
      call.end();
    } catch (error) {
      call.cancel();
      throw error;
    }
  })();
  const [message] = await Promise.all([answer.promise, sent]);
  return message;
}

function metadataFor(
  { waitForReady = false, metadata = new Metadata() }: CallingOptions,
): Metadata {
  const sent = metadata.clone();
  sent.setOptions({ waitForReady });
  return sent;
}

function callOptionsFor({ deadlineMs }: CallingOptions): CallOptions {
  return deadlineMs === undefined ? {} : { deadline: deadlineIn(deadlineMs) };
}

/** A server's timer would end at once what is further away. */
function deadlineIn(ms: number): number {
  return ms > LONGEST_TIMER_MS ? Infinity : Date.now() + ms;
}

function endOnAbort(
  call: { cancel(): void; on(event: "status", listener: () => void): unknown },
  signal: AbortSignal | undefined,
): void {
  if (!signal) return;
  const cancel = () => call.cancel();
  if (signal.aborted) return cancel();
  signal.addEventListener("abort", cancel, { once: true });
  call.on("status", () => signal.removeEventListener("abort", cancel));
}
