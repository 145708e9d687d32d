/**
 * Calls the first of several brokers that answers, and the next when it dies.
 *
 * @module
 */

import { after } from "../runtime/program/abort.ts";
import { Fault, type FaultCode } from "../runtime/program/errors.ts";
import {
  type CallingOptions,
  connect,
  type Connection,
} from "../runtime/rpc/connect.ts";
import { isNobodyThere } from "../runtime/rpc/status.ts";

/** The addresses in a text such as "10.0.0.1:50051,10.0.0.2:50051". */
export function brokersIn(text: string): string[] {
  return text.split(",");
}

/** Options for {@linkcode connectBroker}. */
export interface BrokerOptions {
  /**
   * How long one of several brokers may take to begin a stream, in milliseconds,
   * before another is asked: longer than it waits for its etcd, and not as long as
   * a call has that waits for the answer. @default {3500}
   */
  answerMs?: number;
}

/**
 * Connects to a broker, and again within a second of its being back.
 *
 * @param brokers Its address, or those of several with commas: all calls go to the
 * first until it does not answer, then to the next one, and so on in a circle.
 */
export function connectBroker(
  brokers: string,
  { answerMs = 3_500 }: BrokerOptions = {},
): Connection {
  const connections = brokersIn(brokers).map((address) =>
    connect(address, {
      name: "the broker",
      channel: { "grpc.max_reconnect_backoff_ms": 1_000 },
    })
  );
  const [first] = connections;
  return connections.length === 1
    ? first!
    : inTurn(connections, brokers, answerMs);
}

/** What another broker may mend; all else is an answer, and any would give it. */
const TRY_NEXT: readonly FaultCode[] = [
  "unavailable",
  "timed_out",
  "internal",
  // A limit is that of one broker.
  "exhausted",
  // While they are updated one by one, another may know more.
  "failed_precondition",
];

function inTurn(
  connections: Connection[],
  brokers: string,
  answerMs: number,
): Connection {
  let at = 0;
  /** Goes on with the next one, unless another call has done so already. */
  const leave = (used: number) => {
    if (at === used) at = (used + 1) % connections.length;
  };
  /**
   * Reads a stream; the one that takes the place of it is another broker's. Its
   * first message has to come in time: a process that is frozen takes
   * connections and never says a word.
   */
  async function* reading<Message>(
    messages: AsyncIterable<Message>,
    used: number,
    opened: Opened,
  ): AsyncGenerator<Message> {
    try {
      for await (const message of messages) {
        opened.began();
        yield message;
      }
      leave(used);
    } catch (error) {
      const fault = opened.isLate
        ? new Fault(
          "timed_out",
          `Cannot reach ${
            connections[used]!.peer
          }: it has not answered within ${answerMs} ms`,
        )
        : error;
      if (isGone(fault)) leave(used);
      throw fault;
    } finally {
      opened.began();
    }
  }
  return {
    peer: `the brokers at ${brokers}`,
    async unary(method, request, options) {
      let telling: Fault | undefined;
      for (let tries = 1;; tries++) {
        const used = at;
        try {
          return await connections[used]!.unary(
            method,
            request,
            atOnce(options),
          );
        } catch (error) {
          if (!isGone(error)) throw error;
          leave(used);
          // That one of them is down is not why the others do not answer.
          if (!telling || isNobodyThere(telling)) telling = error;
          if (tries === connections.length) throw telling;
        }
      }
    },
    serverStream(method, request, options) {
      const used = at;
      const opened = openIn(answerMs, options?.signal);
      const messages = connections[used]!.serverStream(method, request, {
        ...atOnce(options),
        signal: opened.signal,
      });
      return reading(messages, used, opened);
    },
    clientStream: (method, requests, options) =>
      connections[at]!.clientStream(method, requests, atOnce(options)),
    duplex(method, options) {
      const used = at;
      const opened = openIn(answerMs, options?.signal);
      const stream = connections[used]!.duplex(method, {
        ...atOnce(options),
        signal: opened.signal,
      });
      return {
        incoming: reading(stream.incoming, used, opened),
        get room() {
          return stream.room;
        },
        send: stream.send,
        end: stream.end,
      };
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
}

/** A stream that has been opened, and has said nothing yet. */
interface Opened {
  /** Aborts when it is late, or when whoever has opened it says so. */
  readonly signal: AbortSignal;
  /** True once it has said nothing for too long. */
  readonly isLate: boolean;
  /** To be called when it has said something, or is over. */
  began(): void;
}

function openIn(answerMs: number, signal: AbortSignal | undefined): Opened {
  const late = new AbortController();
  const began = after(answerMs, () => late.abort());
  return {
    signal: signal ? AbortSignal.any([late.signal, signal]) : late.signal,
    get isLate() {
      return late.signal.aborted;
    },
    began,
  };
}

function isGone(error: unknown): error is Fault {
  return error instanceof Fault && TRY_NEXT.includes(error.code);
}

/** Nobody waits for one broker while there is another. */
function atOnce<Options extends CallingOptions>(
  options: Options | undefined,
): Options {
  return { ...options, waitForReady: false } as Options;
}
