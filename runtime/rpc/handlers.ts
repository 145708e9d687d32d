/**
 * How a service is written: plain functions in, gRPC handlers out.
 *
 * A unary method is a function, a server stream is an async generator, a client
 * stream is a function over what comes, and a stream in both directions is one
 * over a `MessageStream`. Each may
 * throw; a `Fault` reaches the caller as it is, anything else is a defect,
 * which is logged here and reaches the caller without detail. serve.ts takes
 * what `implement()` returns.
 *
 * @module
 */

import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type ServerDuplexStream,
  type ServiceDefinition,
  status,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import { Fault } from "../program/errors.ts";
import { logDefect } from "../program/log.ts";
import { joinReads, splitMessages } from "./joined_reads.ts";
import {
  asEncoded,
  type MessageStream,
  readMessages,
} from "./message_stream.ts";
import { toStatus } from "./status.ts";
import { nameOfCaller } from "./tls/caller.ts";

/** What a handler may ask of its call. */
export interface Call {
  /** Aborts when the caller goes away, or the server begins to stop. */
  signal: AbortSignal;
  /** The caller's address, for logs. */
  peer: string;
  /** What the caller has told besides its messages. */
  metadata: Metadata;
  /**
   * The service that calls, by the name in its certificate; undefined without
   * TLS, and where the certificate names none.
   */
  caller?: string | undefined;
}

/** One method's handler, made by unary() and its like. */
export interface Handler<Req, Res> {
  requestStream: boolean;
  responseStream: boolean;
  /** True where it writes bytes, and not messages: grpc-js encodes none then. */
  encodes: boolean;
  /** Returns grpc-js's form of the handler. */
  bind(
    method: MethodDefinition<unknown, unknown>,
    stopping: AbortSignal,
  ): UntypedHandleCall;
  /** Never there; ties the handler to its method's types. */
  types?: (request: Req) => Res;
}

/** One service with its handlers, as serve() takes it. */
export interface Implementation {
  definition: ServiceDefinition;
  bind(stopping: AbortSignal): Record<string, UntypedHandleCall>;
}

type HandlersOf<Definition> = {
  // Without the index signature that generated definitions inherit.
  [Name in keyof Definition as string extends Name ? never : Name]: Definition[
    Name
  ] extends MethodDefinition<infer _In, infer Res, infer Req, infer _Out>
    ? Handler<Req, Res>
    : never;
};

/**
 * Joins a service's definition with a handler for each of its methods.
 *
 * @example
 * ```ts
 * import { Fault, implement, unary } from "denizen";
 * import { GreeterService } from "./proto/greeter/contract.ts";
 *
 * const greeter = implement(GreeterService, {
 *   Greet: unary(({ name }) => {
 *     if (name === "") throw new Fault("invalid", "Cannot greet: who is it?");
 *     return { greeting: `Hello, ${name}` };
 *   }),
 * });
 * greeter satisfies object; // for serve()
 * ```
 *
 * @throws {TypeError} If a handler streams where its method does not, or the
 * other way round.
 */
export function implement<Definition extends object>(
  definition: Definition,
  handlers: HandlersOf<Definition>,
): Implementation {
  const methods: [string, MethodDefinition<unknown, unknown>][] = Object
    .entries(definition);
  const handlerOf = handlers as Record<string, Handler<never, unknown>>;
  for (const [name, { requestStream, responseStream }] of methods) {
    if (
      handlerOf[name]?.requestStream !== requestStream ||
      handlerOf[name].responseStream !== responseStream
    ) {
      throw new TypeError(
        `Cannot implement method "${name}": the handler's streams differ from the contract's`,
      );
    }
  }
  return {
    definition: Object.fromEntries(
      methods.map(([name, method]) => [
        name,
        handlerOf[name]!.encodes
          ? {
            ...method,
            // Where a caller sends one message, grpc-js decodes it.
            ...(method.requestStream ? { requestDeserialize: asEncoded } : {}),
            responseSerialize: asEncoded,
          }
          : method,
      ]),
    ) as unknown as ServiceDefinition,
    bind: (stopping) =>
      Object.fromEntries(
        methods.map(([name, method]) => [
          name,
          handlerOf[name]!.bind(method, stopping),
        ]),
      ),
  };
}

/**
 * A method that takes one message and returns one.
 *
 * @example
 * ```ts
 * import { unary } from "denizen";
 *
 * const double = unary<{ value: number }, { value: number }>(
 *   ({ value }) => ({ value: 2 * value }),
 * );
 * double satisfies object; // for implement()
 * ```
 */
export function unary<Req, Res>(
  answer: (request: Req, call: Call) => Res | Promise<Res>,
): Handler<Req, Res> {
  return {
    requestStream: false,
    responseStream: false,
    encodes: false,
    bind(method, stopping): handleUnaryCall<Req, Res> {
      return async (call, callback) => {
        try {
          callback(null, await answer(call.request, callOf(call, stopping)));
        } catch (error) {
          callback(failure(method.path, error));
        }
      };
    },
  };
}

/**
 * A method that takes one message and returns many.
 *
 * One that asks for `signal`, and ends after the server began to stop, ends with
 * UNAVAILABLE: whoever reads it can tell "the server leaves" from "done". What
 * it still says before that arrives. One that never asks may finish.
 *
 * @example
 * ```ts
 * import { pause, serverStream } from "denizen";
 *
 * const countDown = serverStream<{ from: number }, { left: number }>(
 *   async function* ({ from }, { signal }) {
 *     for (let left = from; left > 0 && !signal.aborted; left--) {
 *       yield { left };
 *       await pause(1_000, signal);
 *     }
 *   },
 * );
 * countDown satisfies object; // for implement()
 * ```
 *
 * @param answer Gives the messages, or what `encode` makes them of.
 */
export function serverStream<Req, Res>(
  answer: (request: Req, call: Call) => AsyncIterable<Res>,
): Handler<Req, Res>;
/**
 * @param encode Makes the bytes of one message. What many callers are told
 * alike can be the same bytes for all of them.
 */
export function serverStream<Req, Res, Item>(
  answer: (request: Req, call: Call) => AsyncIterable<Item>,
  encode: (item: Item) => Buffer,
): Handler<Req, Res>;
export function serverStream<Req, Item>(
  answer: (request: Req, call: Call) => AsyncIterable<Item>,
  encode?: (item: Item) => Buffer,
): Handler<Req, Item> {
  return {
    requestStream: false,
    responseStream: true,
    encodes: encode !== undefined,
    bind(method, stopping): handleServerStreamingCall<Req, Item | Buffer> {
      return async (call) => {
        const gone = new AbortController();
        const context = callOf(call, stopping, gone);
        const watched = watching(context);
        try {
          for await (const item of answer(call.request, watched.call)) {
            if (gone.signal.aborted) break;
            // Wait for a slow reader: what has not been asked of `answer` yet
            // is held there, with a bound, and not in the stream without one.
            const message = encode ? encode(item) : item;
            if (!call.write(message)) await drained(call, gone.signal);
          }
          if (stopping.aborted && watched.asked()) throw leaving();
          call.end();
        } catch (error) {
          call.emit("error", failure(method.path, error));
        }
      };
    },
  };
}

/** What a stream ends with that would go on if the server did. */
function leaving(): Fault {
  return new Fault("unavailable", "the server is stopping");
}

/** Notes whether a handler asks for the signal of its call. */
function watching(context: Call): { call: Call; asked(): boolean } {
  let asked = false;
  return {
    asked: () => asked,
    call: {
      get signal() {
        asked = true;
        return context.signal;
      },
      get peer() {
        return context.peer;
      },
      get metadata() {
        return context.metadata;
      },
      get caller() {
        return context.caller;
      },
    },
  };
}

/**
 * A method that takes many messages and returns one.
 *
 * It may answer before all of them have come; what comes then is passed over.
 *
 * @example
 * ```ts
 * import { clientStream } from "denizen";
 *
 * const count = clientStream<{ name: string }, { names: number }>(
 *   async (requests) => {
 *     let names = 0;
 *     for await (const { name } of requests) names += name === "" ? 0 : 1;
 *     return { names };
 *   },
 * );
 * ```
 *
 * @param answer Makes the one message; what it reads throws a
 * {@linkcode Fault} when the caller goes away.
 */
export function clientStream<Req, Res>(
  answer: (requests: AsyncIterable<Req>, call: Call) => Promise<Res>,
): Handler<Req, Res> {
  return {
    requestStream: true,
    responseStream: false,
    encodes: false,
    bind(method, stopping): handleClientStreamingCall<Req, Res> {
      return async (call, callback) => {
        const context = callOf(call, stopping);
        const requests = readMessages<Req>(call, context.peer);
        try {
          callback(null, await answer(requests, context));
        } catch (error) {
          callback(failure(method.path, error));
        } finally {
          void requests.return?.();
        }
      };
    },
  };
}

/**
 * A method that takes and returns many messages, in any order.
 *
 * @example
 * ```ts
 * import { duplex } from "denizen";
 *
 * const echo = duplex<{ text: string }, { text: string }>(
 *   async ({ incoming, send }) => {
 *     for await (const message of incoming) send(message);
 *   },
 * );
 * echo satisfies object; // for implement()
 * ```
 */
export function duplex<Req, Res>(
  converse: (stream: MessageStream<Req, Res>, call: Call) => Promise<void>,
): Handler<Req, Res> {
  return {
    requestStream: true,
    responseStream: true,
    encodes: true,
    bind(method, stopping): handleBidiStreamingCall<Buffer, Buffer> {
      return async (call) => {
        const context = callOf(call, stopping);
        const stream: MessageStream<Req, Res> = {
          incoming: readMessages<Req>(
            call,
            context.peer,
            undefined,
            unpacking(call, method.requestDeserialize),
          ),
          send: (message) => void call.write(method.responseSerialize(message)),
          end: () => void call.end(),
        };
        try {
          await converse(stream, context);
          call.end();
        } catch (error) {
          call.emit("error", failure(method.path, error));
        }
      };
    },
  };
}

/** Makes what takes the messages of a call's reads apart and decodes them. */
function unpacking<Req>(
  call: ServerDuplexStream<Buffer, Buffer>,
  decode: (bytes: Buffer) => unknown,
): (came: unknown, take: (message: Req) => void) => void {
  const isJoined = joinReads(call);
  return (came, take) => {
    const takeOne = (bytes: Buffer) => take(decode(bytes) as Req);
    try {
      if (isJoined) splitMessages(came as Buffer[], takeOne);
      else takeOne(came as Buffer);
    } catch (error) {
      // The caller's mistake, and all that grpc-js would tell about it.
      call.emit("error", {
        code: status.INTERNAL,
        details: `Error deserializing request: ${(error as Error).message}`,
      });
    }
  };
}

/** Resolves when a stream takes more, or nobody is there to read it. */
function drained(
  call: {
    once(event: "drain", listener: () => void): unknown;
    off(event: "drain", listener: () => void): unknown;
  },
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      call.off("drain", finish);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    call.once("drain", finish);
    signal.addEventListener("abort", finish, { once: true });
  });
}

function callOf(
  call: { on(event: "cancelled", listener: () => void): unknown } & {
    getPeer(): string;
    metadata: Metadata;
  },
  stopping: AbortSignal,
  gone?: AbortController,
): Call {
  let cancelled = false;
  let signal: AbortSignal | undefined;
  call.on("cancelled", () => {
    cancelled = true;
    gone?.abort();
  });
  return {
    // Made when it is asked for: most calls never ask, and it costs more than
    // many of them.
    get signal() {
      if (signal) return signal;
      gone ??= new AbortController();
      if (cancelled) gone.abort();
      return signal = AbortSignal.any([gone.signal, stopping]);
    },
    get peer() {
      return call.getPeer();
    },
    get metadata() {
      return call.metadata;
    },
    get caller() {
      return nameOfCaller(call);
    },
  };
}

function failure(method: string, error: unknown) {
  if (!(error instanceof Fault)) logDefect(`serving ${method}`, error);
  return toStatus(error);
}
