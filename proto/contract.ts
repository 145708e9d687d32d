/**
 * Turns the text of .proto files into gRPC service definitions.
 *
 * The texts are imported as modules (`with { type: "text" }`), so a sandboxed
 * service needs no read permission for them. Each contract has one caller,
 * the `contract.ts` beside its .proto.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type {
  EnumTypeDefinition,
  MessageTypeDefinition,
  MethodDefinition,
  PackageDefinition,
} from "@grpc/proto-loader";
import protobuf from "protobufjs";
import {
  contractFiles,
  type ContractTexts,
  parseFiles,
  topLevel,
} from "./contract_files.ts";
import { type ContractFile, NOT_DESCRIBED, remember } from "./described.ts";
import { mendMapKeys } from "./map_keys.ts";

export type { ContractTexts } from "./contract_files.ts";

/**
 * Loads .proto texts.
 *
 * They may import each other, by the paths that they are given with, and what
 * Google offers: `google/protobuf/timestamp.proto`, `duration`, `empty`,
 * `struct`, `wrappers`, `any` and `field_mask`.
 *
 * 64-bit integers become numbers (as keys of a map decimal strings, as all keys
 * are strings), enums their names, and every field is present with its default;
 * of a `oneof` only the member that is set, with its name under the name of the
 * `oneof`. tasks/types/generated_types.ts uses the same settings.
 *
 * @example
 * ```ts
 * import { loadContract } from "denizen";
 *
 * const contract = loadContract({
 *   "shop/v1/order.proto": `
 *     syntax = "proto3";
 *     package shop.v1;
 *     import "google/protobuf/timestamp.proto";
 *     import "shop/v1/types/money.proto";
 *     message Order { types.Money price = 1; google.protobuf.Timestamp at = 2; }`,
 *   "shop/v1/types/money.proto": `
 *     syntax = "proto3";
 *     package shop.v1.types;
 *     message Money { int64 units = 1; }`,
 * });
 * contract["shop.v1.Order"] satisfies object | undefined;
 * ```
 *
 * @param texts The .proto texts, by import path; a text alone is given the path
 * that its package has: shop/v1/shop.proto for package shop.v1.
 * @returns Services and messages by their full names.
 * @throws {TypeError} If a text is wrong, or imports what is not there.
 */
export function loadContract(...texts: ContractTexts[]): PackageDefinition {
  const files = contractFiles(texts);
  const contract: PackageDefinition = {};
  const { root } = parseFiles(files);
  mendMapKeys(root);
  for (const each of topLevel(root)) {
    const name = each.fullName.slice(1);
    if (each instanceof protobuf.Service) {
      contract[name] = serviceOf(each, name, files);
    } else if (each instanceof protobuf.Type) {
      contract[name] = messageOf(each, files);
    } else if (each instanceof protobuf.Enum) contract[name] = enumOf(files);
  }
  return contract;
}

/**
 * Loads one service of .proto texts.
 *
 * @example
 * ```ts
 * import { loadService } from "denizen";
 * import GREETER_PROTO from "./proto/greeter/v1/greeter.proto" with {
 *   type: "text",
 * };
 * import type { GreeterServiceDefinition } from "./proto/types/greeter/v1/GreeterService.ts";
 *
 * const GreeterService = loadService<GreeterServiceDefinition>(
 *   "greeter.v1.GreeterService",
 *   { "greeter/v1/greeter.proto": GREETER_PROTO },
 * );
 * ```
 *
 * @param name Its full name.
 * @param texts As {@linkcode loadContract} takes them.
 * @returns Its definition, of the type that `denizen types` has written for it.
 * @throws {TypeError} If a text is wrong, or has no service of this name.
 */
export function loadService<Definition extends object>(
  name: string,
  ...texts: ContractTexts[]
): Definition {
  const contract = loadContract(...texts);
  const found = contract[name];
  if (found && !("format" in found)) return found as unknown as Definition;
  const services = Object.keys(contract)
    .filter((each) => !("format" in contract[each]!));
  throw new TypeError(
    `Cannot load service "${name}": the contract has ${
      services.join(", ") || "none"
    }`,
  );
}

type Method = MethodDefinition<object, object>;

function serviceOf(
  service: protobuf.Service,
  name: string,
  files: readonly ContractFile[],
): Record<string, Method> {
  return Object.fromEntries(service.methodsArray.map((method) => {
    const request = messageOf(method.resolvedRequestType!, files);
    const response = messageOf(method.resolvedResponseType!, files);
    return [
      method.name,
      {
        path: `/${name}/${method.name}`,
        requestStream: method.requestStream === true,
        responseStream: method.responseStream === true,
        requestSerialize: request.serialize,
        requestDeserialize: request.deserialize,
        responseSerialize: response.serialize,
        responseDeserialize: response.deserialize,
        originalName: protobuf.util.lcFirst(method.name),
        requestType: request,
        responseType: response,
        options: Object.assign({
          deprecated: false,
          idempotency_level: "IDEMPOTENCY_UNKNOWN",
          uninterpreted_option: [],
        }, ...(method.parsedOptions as object[] | undefined ?? [])),
      } satisfies Method,
    ];
  }));
}

function messageOf(
  type: protobuf.Type,
  files: readonly ContractFile[],
): MessageTypeDefinition<object, object> {
  return remember(files, {
    format: "Protocol Buffer 3 DescriptorProto",
    ...NOT_DESCRIBED,
    serialize(message) {
      if (Array.isArray(message)) {
        throw new TypeError(
          `Cannot write a message ${type.name}: expected an object and found an array`,
        );
      }
      return type.encode(type.fromObject(message)).finish() as Buffer;
    },
    deserialize: (bytes) => type.toObject(type.decode(bytes), READ_AS),
  });
}

function enumOf(files: readonly ContractFile[]): EnumTypeDefinition {
  return remember(files, {
    format: "Protocol Buffer 3 EnumDescriptorProto",
    ...NOT_DESCRIBED,
  });
}

const READ_AS: protobuf.IConversionOptions = {
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
};
