/**
 * A server that is called without anything of it being known beforehand.
 *
 * @module
 */

import type { DescMethod, DescService, Registry } from "@bufbuild/protobuf";
import type { Metadata } from "@grpc/grpc-js";
import { Buffer } from "node:buffer";
import { Failure } from "../../runtime/program/errors.ts";
import { type ClientMethod, connect } from "../../runtime/rpc/connect.ts";
import type { MessageStream } from "../../runtime/rpc/message_stream.ts";
import { AUTHORIZATION } from "../../runtime/rpc/token.ts";
import { type Files, withReflection } from "./reflection.ts";
import { buildTypes } from "./types.ts";

/** A service as its server describes it. */
export interface DescribedService {
  service: DescService;
  registry: Registry;
  /** Asks the server for more types, and returns all that are known then. */
  learn(typeNames: readonly string[]): Promise<Registry>;
}

/** Options for {@linkcode Server.open}. */
export interface OpenOptions {
  signal: AbortSignal;
  /** How long the call may take, in milliseconds. @default {for ever} */
  deadlineMs?: number | undefined;
}

/** A server at an address. */
export interface Server {
  readonly address: string;
  /** Who is called, for messages. */
  readonly peer: string;
  /** Full names of its services, in order. */
  services(): Promise<string[]>;
  /** @throws {Failure} If it does not have the service, or no reflection. */
  describe(service: string): Promise<DescribedService>;
  /** Opens a call of any kind; its messages are encoded. */
  open(
    method: DescMethod,
    options: OpenOptions,
  ): MessageStream<Uint8Array, Uint8Array>;
}

/** Options for {@linkcode openServer}. */
export interface ServerOptions {
  /** What the server is told with each call. */
  metadata: Metadata;
}

/**
 * Servers in other languages take pings every few seconds for an attack and end
 * the connection (ENHANCE_YOUR_CALM): gRPC has them wait for minutes.
 */
const NO_PINGS = { "grpc.keepalive_time_ms": -1 };

/**
 * Opens nothing until the first question. The server is shown the token that
 * connect() shows, unless there is an authorization of the user's own.
 */
export function openServer(
  address: string,
  { metadata }: ServerOptions,
): Server {
  const connection = connect(address, {
    name: "the server",
    // Who shows something else is not to show the run's token too.
    ...(metadata.get(AUTHORIZATION).length > 0 ? { token: null } : {}),
    channel: NO_PINGS,
  });
  const { peer } = connection;
  return {
    address,
    peer,
    services: () =>
      withReflection(connection, metadata, ({ services }) => services()),
    describe(name) {
      const files: Files = new Map();
      const add = (symbols: readonly string[]) =>
        withReflection(connection, metadata, async ({ describe }) => {
          for (const symbol of symbols) await describe(symbol, files);
          return buildTypes(files, peer);
        });
      return (async () => {
        const registry = await add([name]);
        const service = registry.getService(name);
        if (service) return { service, registry, learn: add };
        throw new Failure(
          `Cannot read the types of ${peer}: its reflection does not describe "${name}"`,
        );
      })();
    },
    open(method, { signal, deadlineMs }) {
      return connection.duplex(asBytes(method), {
        metadata,
        signal,
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
      });
    },
  };
}

/** On the wire all kinds of call are one: some messages there, some back. */
function asBytes(
  { parent, name }: DescMethod,
): ClientMethod<Uint8Array, Uint8Array> {
  return {
    path: `/${parent.typeName}/${name}`,
    requestSerialize: (message) => Buffer.from(message),
    responseDeserialize: (bytes) => bytes,
  };
}
