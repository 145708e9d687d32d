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
import descriptor, {
  type IDescriptorProto,
  type IFileDescriptorProto,
} from "protobufjs/ext/descriptor/index.js";
import { loadContract } from "../../proto/contract.ts";
import { duplex, implement, type Implementation } from "./handlers.ts";

const { FileDescriptorProto } = descriptor;

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
    answering ??= (new ReflectionService(describe(definitions), {
      // A contract's file may hold services that this server does not have.
      services: Object.keys(definitions),
    }) as unknown as Answering).v1;
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

/** A service's or message's definition, for as much as it is described by. */
type Described = Record<string, { fileDescriptorProtos: Buffer[] }>;

/**
 * Adds the message types to the services: the package finds files by them.
 */
function describe(
  definitions: Record<string, ServiceDefinition>,
): PackageDefinition {
  const described: Described = {};
  for (const service of Object.values(definitions)) {
    for (const method of Object.values(service)) {
      const { requestType, responseType } = method as unknown as {
        requestType: Described[string];
        responseType: Described[string];
      };
      described[`${method.path}#request`] = withWrittenNames(requestType);
      described[`${method.path}#response`] = withWrittenNames(responseType);
    }
  }
  return described as unknown as PackageDefinition;
}

function withWrittenNames(type: Described[string]): Described[string] {
  return {
    ...type,
    fileDescriptorProtos: type.fileDescriptorProtos.map((bytes) => {
      const file = FileDescriptorProto.decode(bytes);
      restoreNames((file as IFileDescriptorProto).messageType);
      return FileDescriptorProto.encode(file).finish() as Buffer;
    }),
  };
}

/** Gives fields the names of their .proto again, which code has in camelCase. */
function restoreNames(messages: IDescriptorProto[] = []): void {
  for (const { field = [], oneofDecl = [], nestedType } of messages) {
    for (const named of [...field, ...oneofDecl]) {
      named.name = (named.name ?? "").replaceAll(
        /[A-Z]/g,
        (letter) => `_${letter.toLowerCase()}`,
      );
    }
    restoreNames(nestedType);
  }
}
