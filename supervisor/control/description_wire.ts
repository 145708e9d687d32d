/**
 * How what the config says of a service travels between the supervisor and its
 * commands.
 *
 * @module
 */

import type { ServiceDescription__Output } from "../../proto/types/supervisor/v1/ServiceDescription.ts";
import type { PermissionKind } from "../../runtime/process/permission_flags.ts";
import type { ServiceDescription } from "../config/description.ts";
import type { DependencyCondition } from "../config/service_spec.ts";
import { present } from "./service_wire.ts";

/** Writes a description for the wire. */
export function descriptionToWire(
  { rights, dependsOn, profiles, ...rest }: ServiceDescription,
) {
  return {
    ...rest,
    rights: rights.map(({ kind, values }) => ({ kind, values: [...values] })),
    dependsOn: dependsOn.map((each) => ({ ...each })),
    profiles: [...profiles],
  };
}

/** Reads a description from the wire. */
export function descriptionFromWire(
  wire: ServiceDescription__Output,
): ServiceDescription {
  return {
    service: wire.service,
    replicas: wire.replicas,
    program: wire.program,
    sandboxed: wire.sandboxed,
    rights: wire.rights.map(({ kind, values }) => ({
      kind: kind as PermissionKind,
      values,
    })),
    inheritEnvironment: wire.inheritEnvironment,
    dependsOn: wire.dependsOn.map(({ service, condition }) => ({
      service,
      condition: condition as DependencyCondition,
    })),
    healthcheck: wire.healthcheck,
    restart: wire.restart,
    profiles: wire.profiles,
    watch: wire.watch,
    ...present(wire, ["schedule", "timezone", "memLimitBytes"]),
  };
}
