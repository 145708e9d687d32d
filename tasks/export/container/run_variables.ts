/**
 * The variables by which a container learns whose it is: what the supervisor would
 * set for a process.
 *
 * @module
 */

import { RUN_VARIABLES } from "../../../runtime/program/run_variables.ts";
import { tlsVariables } from "../../../runtime/program/tls_files.ts";
import type { Container } from "./container.ts";

/** In the place of an address: whoever starts the container finds it. */
export const OWN_ADDRESS = "auto";

/**
 * Returns the variables of a container, besides those of the config and the token.
 * Of several that share a name, each finds its own address when it starts.
 */
export function runVariables(
  { spec, name, port, replicas, certificate }: Container,
): Record<string, string> {
  return {
    [RUN_VARIABLES.service]: spec.service,
    ...(spec.auth === "none" ? { [RUN_VARIABLES.auth]: "none" } : {}),
    ...(certificate
      ? tlsVariables(certificate.files)
      : { [RUN_VARIABLES.insecure]: "true" }),
    ...(spec.allow ? { [RUN_VARIABLES.allow]: spec.allow.join(",") } : {}),
    ...(port === undefined
      ? {}
      : { [RUN_VARIABLES.advertise]: replicas > 1 ? OWN_ADDRESS : name }),
  };
}
