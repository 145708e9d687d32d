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
import protobuf from "protobufjs";

/**
 * Loads .proto texts that import nothing but each other.
 *
 * 64-bit integers become numbers, enums their names, and every field is
 * present with its default; of a `oneof` only the member that is set, with its
 * name under the name of the `oneof`. tasks/generated/types.ts uses the same
 * settings.
 *
 * @param texts The .proto texts.
 * @returns Services and messages by their full names.
 */
export function loadContract(...texts: string[]): PackageDefinition {
  const root = new protobuf.Root();
  for (const text of texts) protobuf.parse(text, root, { keepCase: false });
  return fromJSON(root.resolveAll().toJSON(), {
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  });
}
