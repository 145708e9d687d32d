/**
 * Turns the text of .proto files into gRPC service definitions.
 *
 * The texts are imported as modules (`with { type: "text" }`), so a sandboxed
 * service needs no read permission for them. Each contract has one caller,
 * the `contract.ts` beside its .proto.
 *
 * @module
 */

import { fromJSON, type PackageDefinition } from "@grpc/proto-loader";
import { Buffer } from "node:buffer";
import {
  contractFiles,
  type ContractTexts,
  parseFiles,
} from "./contract_files.ts";
import { describeFiles } from "./file_descriptors.ts";

export type { ContractTexts } from "./contract_files.ts";

/**
 * Loads .proto texts.
 *
 * They may import each other, by the paths that they are given with, and what
 * Google offers: `google/protobuf/timestamp.proto`, `duration`, `empty`,
 * `struct`, `wrappers`, `any` and `field_mask`.
 *
 * 64-bit integers become numbers, enums their names, and every field is
 * present with its default; of a `oneof` only the member that is set, with its
 * name under the name of the `oneof`. tasks/generated/types.ts uses the same
 * settings.
 *
 * @example
 * ```ts ignore
 * loadContract({
 *   "shop/v1/order.proto": ORDER_PROTO,
 *   "shop/v1/types/money.proto": MONEY_PROTO, // which order.proto imports
 * });
 * ```
 *
 * @param texts The .proto texts, by import path; a text alone is given the path
 * that its package has: shop/v1/shop.proto for package shop.v1.
 * @returns Services and messages by their full names.
 * @throws {TypeError} If a text is wrong, or imports what is not there.
 */
export function loadContract(...texts: ContractTexts[]): PackageDefinition {
  const files = contractFiles(texts);
  const contract = fromJSON(parseFiles(files).root.toJSON(), {
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  // Most servers are never asked for it.
  let described: Buffer[] | undefined;
  describeBy(
    contract,
    () => described ??= describeFiles(files).map((file) => Buffer.from(file)),
  );
  return contract;
}

/** Gives all that a contract holds the descriptions that `describe` makes. */
function describeBy(contract: PackageDefinition, describe: () => Buffer[]) {
  const replace = (type: object) =>
    Object.defineProperty(type, "fileDescriptorProtos", {
      get: describe,
      enumerable: true,
    });
  for (const found of Object.values(contract)) {
    if ("fileDescriptorProtos" in found) {
      replace(found);
      continue;
    }
    for (const { requestType, responseType } of Object.values(found)) {
      replace(requestType);
      replace(responseType);
    }
  }
}
