/**
 * A connection to whatever runs in a state folder, by the token of its run.
 *
 * Each run has a token of its own, and a command may wait for one that has not
 * begun. So the token is read once it is there, and again where another has
 * taken its place.
 *
 * @module
 */

import { readToken } from "../files/token_file.ts";
import { Fault } from "../program/errors.ts";
import {
  type CallingOptions,
  type ClientMethod,
  connect,
  type Connection,
  type UnaryOptions,
} from "../rpc/connect.ts";
import type { MessageStream } from "../rpc/message_stream.ts";

/** What the commands need of a connection. */
export interface RunConnection
  extends Pick<Connection, "unary" | "serverStream"> {
  /** As of a connection; by the token that the last call was answered for. */
  duplex<Req, Res>(
    method: ClientMethod<Req, Res>,
    options?: CallingOptions,
  ): Promise<MessageStream<Res, Req>>;
}

/**
 * Connects to what serves at `address`.
 *
 * @param stateDir Where the token of its run lies.
 * @param name Who that is, for messages.
 */
export function connectToRun(
  address: string,
  stateDir: string,
  name: string,
): RunConnection {
  let current: Promise<Connection> | undefined;
  const open = async (options: UnaryOptions = {}) => {
    if (options.waitForReady) {
      await untilThere(connect(address, { name }), options);
    }
    return connect(address, { name, token: await readToken(stateDir) });
  };
  const reach = async (options: UnaryOptions | undefined) => {
    try {
      return await (current ??= open(options));
    } catch (error) {
      current = undefined;
      throw error;
    }
  };
  return {
    async duplex(method, options) {
      return (await reach(options)).duplex(method, options);
    },
    async unary(method, request, options) {
      const connection = await reach(options);
      try {
        return await connection.unary(method, request, options);
      } catch (error) {
        if (!isRefused(error)) throw error;
        current = undefined;
        return await (await reach(options)).unary(method, request, options);
      }
    },
    async *serverStream(method, request, options) {
      const connection = await reach(options);
      try {
        return yield* connection.serverStream(method, request, options);
      } catch (error) {
        // Refused is only a stream of which nothing has come.
        if (!isRefused(error)) throw error;
        current = undefined;
        yield* (await reach(options)).serverStream(method, request, options);
      }
    },
  };
}

function isRefused(error: unknown): boolean {
  return error instanceof Fault && error.code === "unauthenticated";
}

/** Waits until a server answers; everybody may ask for its health. */
async function untilThere(
  connection: Connection,
  options: UnaryOptions,
): Promise<void> {
  // Loaded here only: most commands do not wait.
  const { HealthService } = await import("../rpc/health.ts");
  await connection.unary(HealthService.Check, { service: "" }, options);
}
