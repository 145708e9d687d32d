/**
 * Which .proto files a type of a contract comes from.
 *
 * Server reflection describes a type by them, at its first question. Neither
 * reads nor parses anything, so that whoever serves need not load protobufjs.
 *
 * @module
 */

import type { MethodDefinition } from "@grpc/proto-loader";
import type { Codec } from "./message_codec.ts";

/** One .proto file. */
export interface ContractFile {
  /** The path by which it is imported. */
  path: string;
  text: string;
  /** True where the path was given, and not made up. */
  named: boolean;
}

const filesByType = new WeakMap<object, readonly ContractFile[]>();

/** What grpc-js wants to be there, and nobody reads. */
export const NOT_DESCRIBED = { type: {}, fileDescriptorProtos: [] };

/** The files that a type of a contract comes from; none for another's. */
export function filesOf(type: object): readonly ContractFile[] | undefined {
  return filesByType.get(type);
}

/** Notes where a type comes from. */
export function remember<T extends object>(
  files: readonly ContractFile[],
  type: T,
): T {
  filesByType.set(type, files);
  return type;
}

/** A method of a contract, with the coders of its messages. */
export interface StaticMethod {
  /** Its full name: `/shop.v1.Orders/Place`. */
  path: string;
  request: Codec;
  response: Codec;
  /** Who sends many messages. */
  streams: "neither" | "server" | "both";
}

type AnyMethod = MethodDefinition<object, object>;

/** Defines a method whose coders are known, as contract.ts does from its text. */
export function defineMethod(
  { path, request, response, streams }: StaticMethod,
  files: readonly ContractFile[],
): AnyMethod {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return {
    path,
    requestStream: streams === "both",
    responseStream: streams !== "neither",
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
    originalName: name.charAt(0).toLowerCase() + name.slice(1),
    requestType: typeOf(request, files),
    responseType: typeOf(response, files),
    options: {
      deprecated: false,
      idempotency_level:
        "IDEMPOTENCY_UNKNOWN" as AnyMethod["options"]["idempotency_level"],
      uninterpreted_option: [],
    },
  };
}

function typeOf(
  { encode, decode }: Codec,
  files: readonly ContractFile[],
): AnyMethod["requestType"] {
  return remember(files, {
    format: "Protocol Buffer 3 DescriptorProto",
    ...NOT_DESCRIBED,
    serialize: encode,
    deserialize: decode,
  });
}
