/**
 * What the config says of services, in the words of the page.
 *
 * @module
 */

import type { Description } from "../../supervisor/control/remote_commands.ts";
import type { ServiceDescription, ServiceState } from "../wire.ts";

type Told = Description["services"][number];

/** Puts what the supervisor tells of one into the words of the page. */
export function descriptionOf({
  rights,
  inheritEnvironment,
  dependsOn,
  schedule,
  timezone,
  profiles: _,
  watch,
  ...told
}: Told): ServiceDescription {
  return {
    ...told,
    rights: rights.map(({ kind, values }) => ({ kind, values: [...values] })),
    inheritsEnvironment: inheritEnvironment,
    dependsOn: dependsOn.map((each) => ({ ...each })),
    ...(schedule === undefined ? {} : {
      schedule: timezone === undefined ? schedule : `${schedule} (${timezone})`,
    }),
    watched: watch,
  };
}

/** What can be said where a supervisor is too old to tell: their names. */
export function namesOnly(
  states: readonly ServiceState[],
): ServiceDescription[] {
  const names = [...new Set(states.map(({ service }) => service))];
  return names.map((service) => ({
    service,
    replicas: states.filter((each) => each.service === service).length,
    program: "",
    sandboxed: true,
    rights: [],
    inheritsEnvironment: false,
    dependsOn: [],
    healthcheck: "",
    restart: "",
    watched: false,
  }));
}
