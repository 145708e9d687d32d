/**
 * Makes one call, whatever its kind: sends the requests as they come, and gives
 * the answers as they come.
 *
 * @module
 */

import type { DescMethod, JsonValue } from "@bufbuild/protobuf";
import { UsageError } from "../../runtime/program/errors.ts";
import type { JsonText } from "./json_values.ts";
import { decodeAnswer, encodeRequest } from "./messages.ts";
import type { DescribedService, OpenOptions, Server } from "./server.ts";

/** True for a method that takes any number of requests. */
export function takesStream({ methodKind }: DescMethod): boolean {
  return methodKind === "client_streaming" || methodKind === "bidi_streaming";
}

/** True for a method that gives any number of answers. */
export function givesStream({ methodKind }: DescMethod): boolean {
  return methodKind === "server_streaming" || methodKind === "bidi_streaming";
}

/**
 * Calls a method and yields its answers.
 *
 * @param requests As JSON. A method that takes one gets an empty one for none.
 * @throws {UsageError} If a request is wrong, or there is one too many.
 * @throws {Fault} As the server ends the call.
 */
export async function* callMethod(
  server: Server,
  method: DescMethod,
  requests: AsyncIterable<JsonText>,
  { registry, learn, signal, ...options }:
    & Pick<DescribedService, "registry" | "learn">
    & OpenOptions,
): AsyncGenerator<JsonValue> {
  const encode = (request: JsonText) =>
    encodeRequest(request, method.input, registry);
  const broken = new AbortController();
  const open = () =>
    server.open(method, {
      ...options,
      signal: AbortSignal.any([signal, broken.signal]),
    });
  let call: ReturnType<typeof open>;
  if (takesStream(method)) {
    call = open();
    sendAll(call, requests, encode).catch((error) => broken.abort(error));
  } else {
    // A wrong request never reaches the server.
    const request = encode(await onlyOne(requests, method));
    call = open();
    call.send(request);
    call.end();
  }
  try {
    for await (const bytes of call.incoming) {
      yield await decodeAnswer(bytes, method.output, registry, {
        peer: server.peer,
        learn,
      });
    }
  } catch (error) {
    // Why the call was given up counts, and not that it was.
    throw broken.signal.aborted ? broken.signal.reason : error;
  }
}

async function sendAll(
  call: { send(message: Uint8Array): void; end(): void },
  requests: AsyncIterable<JsonText>,
  encode: (request: JsonText) => Uint8Array,
): Promise<void> {
  for await (const request of requests) call.send(encode(request));
  call.end();
}

async function onlyOne(
  requests: AsyncIterable<JsonText>,
  { parent, name }: DescMethod,
): Promise<JsonText> {
  let only: JsonText | undefined;
  for await (const request of requests) {
    if (only !== undefined) {
      throw new UsageError(
        `Cannot call "${parent.typeName}/${name}" with more than one request: it takes one`,
      );
    }
    only = request;
  }
  return only ?? { text: "{}", place: "nothing" };
}
