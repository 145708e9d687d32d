/**
 * What a process of a service is given to show whose it is.
 *
 * @module
 */

import { commandVariable } from "../../runtime/program/command_name.ts";
import { RUN_VARIABLES } from "../../runtime/program/run_variables.ts";
import { tlsVariables } from "../../runtime/program/tls_files.ts";
import type { ServiceSpec } from "../config/service_spec.ts";

/**
 * Returns the variables for a process of a service.
 *
 * @param token That of the supervisor's run.
 */
export function identityOf(
  { auth, tls, allow, advertise }: Pick<
    ServiceSpec,
    "auth" | "tls" | "allow" | "advertise"
  >,
  token: string,
): Record<string, string> {
  return {
    [RUN_VARIABLES.token]: token,
    ...commandVariable(),
    ...(auth === "none" ? { [RUN_VARIABLES.auth]: auth } : {}),
    ...(tls ? tlsVariables(tls) : {}),
    ...(allow ? { [RUN_VARIABLES.allow]: allow.join(",") } : {}),
    ...(advertise ? { [RUN_VARIABLES.advertise]: advertise } : {}),
  };
}
