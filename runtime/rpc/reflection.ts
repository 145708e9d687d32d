/**
 * Server reflection, so that grpcurl and its like work on every server.
 *
 * The answers come from the package @grpc/reflection, the contracts from
 * reflection_contract.ts. serve.ts adds this to every server.
 *
 * @module
 */

import type { ServiceDefinition } from "@grpc/grpc-js";
import type { MethodDefinition, PackageDefinition } from "@grpc/proto-loader";
import type { Buffer } from "node:buffer";
import {
  type ContractFile,
  defineMethod,
  filesOf,
} from "../../proto/described.ts";
import type { Codec } from "../../proto/message_codec.ts";
import { Fault } from "../program/errors.ts";
import { duplex, implement, type Implementation } from "./handlers.ts";

/** The part of the package that answers. Not among its published types. */
interface Answering {
  v1: { handleServerReflectionRequest(request: unknown): unknown };
}

/** Leaves a message as it is, until somebody asks and the contract is loaded. */
const ENCODED: Codec = {
  encode: (message) => message as Buffer,
  decode: (bytes) => bytes,
};

/** How questions are answered, once there is one. */
type Answer = (question: Uint8Array) => Uint8Array;

/**
 * Builds both published versions of the reflection service.
 *
 * @param definitions The services to describe, by full name; reflection itself
 * is added to them.
 */
export function createReflection(
  definitions: Record<string, ServiceDefinition>,
): Implementation[] {
  // Loaded and built at the first question: most servers are never asked.
  let answering: Promise<Answer> | undefined;
  const start = async (): Promise<Answer> => {
    const [
      { ReflectionService },
      { describeFiles },
      { REFLECTION_VERSIONS },
    ] = await Promise.all([
      import("@grpc/reflection"),
      import("../../proto/file_descriptors.ts"),
      import("./reflection_contract.ts"),
    ]);
    const all = {
      ...definitions,
      ...Object.fromEntries(
        REFLECTION_VERSIONS.map(({ name, definition }) => [name, definition]),
      ),
    };
    const { v1 } = new ReflectionService(describe(all, describeFiles), {
      // A contract's file may hold services that this server does not have.
      services: Object.keys(all),
    }) as unknown as Answering;
    // The messages of both versions are the same.
    const { requestDeserialize, responseSerialize } = REFLECTION_VERSIONS[0]!
      .definition["ServerReflectionInfo"]!;
    return (question) =>
      responseSerialize(
        v1.handleServerReflectionRequest(
          orFault(() => requestDeserialize(question as Buffer)),
        ),
      );
  };
  return ["v1", "v1alpha"].map((version) =>
    implement({
      ServerReflectionInfo: defineMethod({
        path:
          `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
        request: ENCODED,
        response: ENCODED,
        streams: "both",
      }, []),
    }, {
      ServerReflectionInfo: duplex<object, object>(async (stream) => {
        for await (const question of stream.incoming) {
          answering ??= start();
          stream.send((await answering)(question as Uint8Array));
        }
      }),
    })
  );
}

function orFault(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Fault("invalid", `Cannot read the question: ${error.message}`);
  }
}

/**
 * Adds the message types to the services: the package finds files by them.
 */
function describe(
  definitions: Record<string, ServiceDefinition>,
  describeFiles: (files: readonly ContractFile[]) => Uint8Array[],
): PackageDefinition {
  const known = new Map<readonly ContractFile[], Uint8Array[]>();
  const withFiles = (type: object) => {
    const files = filesOf(type);
    if (!files) return type; // of a contract that is not ours
    const described = known.get(files) ?? describeFiles(files);
    known.set(files, described);
    return { ...type, fileDescriptorProtos: described };
  };
  const described: Record<string, unknown> = {};
  for (const service of Object.values(definitions)) {
    for (const method of Object.values(service)) {
      const { path, requestType, responseType } =
        method as unknown as MethodDefinition<unknown, unknown>;
      described[`${path}#request`] = withFiles(requestType);
      described[`${path}#response`] = withFiles(responseType);
    }
  }
  return described as PackageDefinition;
}
