/**
 * Calls the first of several brokers that answers, and the next when it dies.
 *
 * @module
 */

import { Fault, type FaultCode } from "../runtime/program/errors.ts";
import {
  type CallingOptions,
  connect,
  type Connection,
} from "../runtime/rpc/connect.ts";

/** The addresses in a text such as "10.0.0.1:50051,10.0.0.2:50051". */
export function brokersIn(text: string): string[] {
  return text.split(",");
}

/**
 * Connects to a broker, and again within a second of its being back.
 *
 * @param brokers Its address, or those of several with commas: all calls go to the
 * first until it does not answer, then to the next one, and so on in a circle.
 */
export function connectBroker(brokers: string): Connection {
  const connections = brokersIn(brokers).map((address) =>
    connect(address, {
      name: "the broker",
      channel: { "grpc.max_reconnect_backoff_ms": 1_000 },
    })
  );
  const [first] = connections;
  return connections.length === 1 ? first! : inTurn(connections, brokers);
}

/** What another broker may mend. */
const TRY_NEXT: readonly FaultCode[] = ["unavailable", "timed_out"];

function inTurn(connections: Connection[], brokers: string): Connection {
  let at = 0;
  /** Goes on with the next one, unless another call has done so already. */
  const leave = (used: number) => {
    if (at === used) at = (used + 1) % connections.length;
  };
  /** Reads a stream; the one that takes the place of it is another broker's. */
  async function* reading<Message>(
    messages: AsyncIterable<Message>,
    used: number,
  ): AsyncGenerator<Message> {
    try {
      yield* messages;
      leave(used);
    } catch (error) {
      if (isGone(error)) leave(used);
      throw error;
    }
  }
  return {
    peer: `the brokers at ${brokers}`,
    async unary(method, request, options) {
      for (let tries = 1;; tries++) {
        const used = at;
        try {
          return await connections[used]!.unary(
            method,
            request,
            atOnce(options),
          );
        } catch (error) {
          if (!isGone(error) || tries === connections.length) throw error;
          leave(used);
        }
      }
    },
    serverStream(method, request, options) {
      const used = at;
      const messages = connections[used]!
        .serverStream(method, request, atOnce(options));
      return reading(messages, used);
    },
    clientStream: (method, requests, options) =>
      connections[at]!.clientStream(method, requests, atOnce(options)),
    duplex(method, options) {
      const used = at;
      const stream = connections[used]!.duplex(method, atOnce(options));
      return { ...stream, incoming: reading(stream.incoming, used) };
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
}

function isGone(error: unknown): boolean {
  return error instanceof Fault && TRY_NEXT.includes(error.code);
}

/** Nobody waits for one broker while there is another. */
function atOnce<Options extends CallingOptions>(
  options: Options | undefined,
): Options {
  return { ...options, waitForReady: false } as Options;
}
