/**
 * One question and its answer, on the channel itself.
 *
 * grpc-js's own client puts four layers around a call (an emitter, two kinds of
 * interceptors, a stack trace for the error that may come), which cost a fourth
 * of the caller's time. What is below them, and stays, decides on connections,
 * tries again and ends at the deadline.
 *
 * @module
 */

import {
  type ChannelInterface,
  Metadata,
  type ServiceError,
  status as Status,
  type StatusObject,
} from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import { NOT_ENCODED } from "./status.ts";

/** What calling a method takes of its definition. */
export type ClientMethod<Req, Res> = Pick<
  MethodDefinition<Req, never, unknown, Res>,
  "path" | "requestSerialize" | "responseDeserialize"
>;

/** How one call is made. */
export interface AskOptions {
  metadata: Metadata;
  /** When it ends at the latest, in milliseconds since 1970. */
  deadline: number;
  /** Ends the call when it aborts. */
  signal: AbortSignal | undefined;
  /** Told the address that answered. */
  onPeer: ((address: string) => void) | undefined;
}

/**
 * Asks once.
 *
 * @throws {ServiceError} As grpc-js's own client would.
 */
export function ask<Req, Res>(
  channel: ChannelInterface,
  method: ClientMethod<Req, Res>,
  request: Req,
  { metadata, deadline, signal, onPeer }: AskOptions,
): Promise<Res> {
  return new Promise((resolve, reject) => {
    const message = encode(method, request);
    const call = channel.createCall(method.path, deadline, null, null, null);
    const cancel = () =>
      call.cancelWithStatus(Status.CANCELLED, "Cancelled on client");
    let answer: { message: Res } | undefined;
    call.start(metadata, {
      onReceiveMetadata() {},
      onReceiveMessage(bytes: Buffer) {
        if (answer) {
          const details = "Too many responses received";
          return call.cancelWithStatus(Status.UNIMPLEMENTED, details);
        }
        try {
          answer = { message: method.responseDeserialize(bytes) };
        } catch (error) {
          const details = `Response message parsing error: ${messageOf(error)}`;
          call.cancelWithStatus(Status.INTERNAL, details);
        }
      },
      onReceiveStatus(status) {
        signal?.removeEventListener("abort", cancel);
        if (status.code !== Status.OK) return reject(serviceError(status));
        if (!answer) return reject(serviceError(unanswered(status)));
        onPeer?.(call.getPeer());
        resolve(answer.message);
      },
    });
    call.startRead();
    call.sendMessageWithContext({}, message);
    call.halfClose();
    if (signal?.aborted) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
  });
}

function encode<Req>(
  method: Pick<ClientMethod<Req, never>, "requestSerialize">,
  request: Req,
): Buffer {
  try {
    return method.requestSerialize(request);
  } catch (error) {
    const details = `${NOT_ENCODED}${messageOf(error)}`;
    const metadata = new Metadata();
    throw serviceError({ code: Status.INTERNAL, details, metadata });
  }
}

function unanswered({ metadata }: StatusObject): StatusObject {
  const details = "No message received";
  return { code: Status.UNIMPLEMENTED, details, metadata };
}

function serviceError(status: StatusObject): ServiceError {
  const { code, details } = status;
  const message = `${code} ${Status[code]}: ${details}`;
  return Object.assign(new Error(message), status);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
