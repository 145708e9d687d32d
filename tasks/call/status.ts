/**
 * Says how a call failed: the status by its name, the message, and the details.
 *
 * @module
 */

import {
  createRegistry,
  fromBinary,
  type JsonValue,
  type Registry,
} from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { type ServiceError, status } from "@grpc/grpc-js";
import { contractFiles } from "../../proto/contract_files.ts";
import { describeFiles } from "../../proto/file_descriptors.ts";
import { Failure, type Fault } from "../../runtime/program/errors.ts";
import { visibleInLine } from "../../runtime/program/visible_text.ts";
import ERROR_DETAILS from "./error_details.proto" with { type: "text" };
import { decodeAnswer } from "./messages.ts";
import type { DescribedService } from "./server.ts";
import { buildTypes } from "./types.ts";

/** The metadata in which servers put a google.rpc.Status. */
const DETAILS = "grpc-status-details-bin";

/**
 * Puts the end of a call into words: one line, and one for each detail.
 *
 * @param described Where the types of details are found.
 */
export async function describeStatus(
  fault: Fault,
  described?: Pick<DescribedService, "registry" | "learn">,
): Promise<string> {
  const cause = fault.cause as Partial<ServiceError> | undefined;
  const name = status[cause?.code ?? status.UNKNOWN] ?? `code ${cause?.code}`;
  // That it could not be reached is only what a deadline often means.
  const said = cause?.details?.startsWith("Deadline exceeded")
    ? cause.details.replace(/,.*$/s, "")
    : fault.message;
  const message = visibleInLine(said) || "the server says no more";
  const [bytes] = cause?.metadata?.get(DETAILS) ?? [];
  if (typeof bytes !== "object" || !described) return `${name}: ${message}`;
  const details = await readDetails(bytes, described);
  const lines = details.map((each) => `  ${JSON.stringify(each)}`);
  return [`${name}: ${message}`, ...lines].join("\n");
}

async function readDetails(
  bytes: Uint8Array,
  { registry, learn }: Pick<DescribedService, "registry" | "learn">,
): Promise<JsonValue[]> {
  const common = detailTypes();
  const all = createRegistry(common, registry);
  try {
    const answer = await decodeAnswer(
      bytes,
      common.getMessage("google.rpc.Status")!,
      all,
      {
        peer: "the server",
        learn: async (names) => createRegistry(all, await learn(names)),
      },
    );
    return (answer as { details: JsonValue[] }).details;
  } catch (error) {
    // Details that cannot be read are no reason to hide the error itself.
    if (error instanceof Failure) return [error.message];
    throw error;
  }
}

function detailTypes(): Registry {
  const described = describeFiles(
    contractFiles([{ "google/rpc/error_details.proto": ERROR_DETAILS }]),
  ).map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  return buildTypes(
    new Map<string, FileDescriptorProto>(
      described.map((file) => [file.name, file]),
    ),
    "this command",
  );
}
