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
import { filesOf } from "../../proto/contract.ts";
import type { ContractFile } from "../../proto/contract_files.ts";
import { duplex, implement, type Implementation } from "./handlers.ts";
import { REFLECTION_VERSIONS } from "./reflection_contract.ts";

/** The part of the package that answers. Not among its published types. */
interface Answering {
  v1: { handleServerReflectionRequest(request: unknown): unknown };
}

/**
 * Builds both published versions of the reflection service.
 *
 * @param definitions The services to describe, by full name; reflection itself
 * is added to them.
 */
export function createReflection(
  definitions: Record<string, ServiceDefinition>,
): Implementation[] {
  const all = {
    ...definitions,
    ...Object.fromEntries(
      REFLECTION_VERSIONS.map(({ name, definition }) => [name, definition]),
    ),
  };
  // Loaded and built at the first question: most servers are never asked.
  let answering: Promise<Answering["v1"]> | undefined;
  const start = async () => {
    const [{ ReflectionService }, { describeFiles }] = await Promise.all([
      import("@grpc/reflection"),
      import("../../proto/file_descriptors.ts"),
    ]);
    return (new ReflectionService(describe(all, describeFiles), {
      // A contract's file may hold services that this server does not have.
      services: Object.keys(all),
    }) as unknown as Answering).v1;
  };
  return REFLECTION_VERSIONS.map(({ definition }) =>
    implement(definition, {
      ServerReflectionInfo: duplex<unknown, unknown>(async (stream) => {
        for await (const request of stream.incoming) {
          answering ??= start();
          stream.send((await answering).handleServerReflectionRequest(request));
        }
      }),
    })
  );
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
