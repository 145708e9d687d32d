/**
 * Where services are called that listen elsewhere: what `advertise` says, with
 * the port.
 *
 * As ports.ts, it reads the file as it is written, before the names in it are
 * filled in; the schema has the words for what is wrong.
 *
 * @module
 */

import { interpolate } from "../../runtime/config/interpolation.ts";
import { advertisedAddress } from "../../runtime/program/advertise.ts";
import { replicaCount } from "./ports.ts";
import type { Ports } from "./port.ts";
import type { Variables } from "./source.ts";

/** What each service advertises that does: one address a replica, in order. */
export type AdvertisedPlaces = ReadonlyMap<string, readonly string[]>;

/** Stands for the port of a service that has none. */
const SOME_PORT = 1;

/**
 * Returns what the services advertise. What is wrong stays as it is written.
 *
 * @param services What the file has under `services`.
 * @param variablesOf Returns the values for `${NAME}` in a service.
 * @param replicasOf How many replicas run, where that is not what is written.
 */
export function advertisedBy(
  services: Record<string, unknown>,
  variablesOf: (service: string) => Variables,
  ports: Ports,
  replicasOf: ReadonlyMap<string, number>,
): Map<string, string[]> {
  const advertising = Object.entries(services)
    .filter(([, shape]) => typeof Object(shape).advertise === "string");
  return new Map(advertising.map(([service, shape]) => {
    const variables = variablesOf(service);
    const length = replicaCount(shape, variables, replicasOf.get(service));
    return [
      service,
      Array.from({ length }, (_, replica) => {
        const own = { ...variables, REPLICA: String(replica + 1) };
        const text = String(interpolate(Object(shape).advertise, own).value);
        const port = ports.get(service)?.[replica];
        const address = advertisedAddress(text, port);
        return "value" in address ? address.value : text;
      }),
    ];
  }));
}

/** Says what is wrong with a text; its port may be that of the service. */
export function whyNotAdvertised(text: string): string | undefined {
  const address = advertisedAddress(text, SOME_PORT);
  return "value" in address ? undefined : address.problem;
}
