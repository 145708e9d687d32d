/**
 * Server reflection, so that grpcurl and its like work on every server.
 *
 * The answers come from the package @grpc/reflection. Its own `addToServer`
 * reads the contract from the package cache, which a sandboxed service may not;
 * here the contracts are imported as text instead. serve.ts adds this to every
 * server.
 *
 * @module
 */

import type { ServiceDefinition } from "@grpc/grpc-js";
import type { PackageDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import V1_PROTO from "@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto" with {
  type: "text",
};
import V1ALPHA_PROTO from "@grpc/reflection/build/proto/grpc/reflection/v1alpha/reflection.proto" with {
  type: "text",
};
import { loadContract } from "./contract.ts";
import { duplex, implement, type Implementation } from "./handlers.ts";

/** The part of the package that answers. Not among its published types. */
interface Answering {
  v1: { handleServerReflectionRequest(request: unknown): unknown };
}

/**
 * Builds both published versions of the reflection service.
 *
 * @param definitions The services to describe, by full name.
 */
export function createReflection(
  definitions: Record<string, ServiceDefinition>,
): Implementation[] {
  // Built at the first question: most servers are never asked.
  let answering: Answering["v1"] | undefined;
  const answer = (request: unknown) => {
    answering ??= (new ReflectionService(
      describe(definitions),
    ) as unknown as Answering).v1;
    return answering.handleServerReflectionRequest(request);
  };
  return [
    ["grpc.reflection.v1.ServerReflection", V1_PROTO] as const,
    ["grpc.reflection.v1alpha.ServerReflection", V1ALPHA_PROTO] as const,
  ].map(([name, text]) =>
    implement(loadContract(text)[name] as ServiceDefinition, {
      ServerReflectionInfo: duplex<unknown, unknown>(async (stream) => {
        for await (const request of stream.incoming) {
          stream.send(answer(request));
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
): PackageDefinition {
  const described: Record<string, unknown> = { ...definitions };
  for (const service of Object.values(definitions)) {
    for (const method of Object.values(service)) {
      const { requestType, responseType } = method as unknown as {
        requestType: object;
        responseType: object;
      };
      described[`${method.path}#request`] = requestType;
      described[`${method.path}#response`] = responseType;
    }
  }
  return described as PackageDefinition;
}
