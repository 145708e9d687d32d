/**
 * Types as a server describes them, without a server.
 *
 * @module
 */

import { fromBinary, type Registry } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { ContractTexts } from "../../proto/contract.ts";
import { contractFiles } from "../../proto/contract_files.ts";
import { describeFiles } from "../../proto/file_descriptors.ts";
import { buildTypes } from "../../tasks/call/types.ts";

/** Builds the types of .proto texts. */
export function typesOf(...texts: ContractTexts[]): Registry {
  const files = describeFiles(contractFiles(texts))
    .map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  return buildTypes(new Map(files.map((file) => [file.name, file])), "a test");
}
