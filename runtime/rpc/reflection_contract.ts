/**
 * The published contracts of server reflection, for those who answer and those
 * who ask.
 *
 * The package @grpc/reflection reads them from the package cache, which a
 * sandboxed service may not do. So they are imported here as text.
 *
 * @module
 */

import type { ServiceDefinition } from "@grpc/grpc-js";
import V1_PROTO from "@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto" with {
  type: "text",
};
import V1ALPHA_PROTO from "@grpc/reflection/build/proto/grpc/reflection/v1alpha/reflection.proto" with {
  type: "text",
};
import { loadContract } from "../../proto/contract.ts";

/** Both published versions, the newer one first. Their messages are the same. */
export const REFLECTION_VERSIONS = (["v1", "v1alpha"] as const).map(
  (version) => {
    const name = `grpc.reflection.${version}.ServerReflection`;
    const path = `grpc/reflection/${version}/reflection.proto`;
    const text = version === "v1" ? V1_PROTO : V1ALPHA_PROTO;
    const definition = loadContract({ [path]: text })[
      name
    ] as ServiceDefinition;
    return { name, definition };
  },
);
