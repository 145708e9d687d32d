/**
 * Where the services listen that have `listen: unix`.
 *
 * As ports.ts, it reads the file as it is written, before the names in it are
 * filled in; the schema has the words for what is wrong.
 *
 * @module
 */

import { replicaCount } from "./ports.ts";
import type { Variables } from "./source.ts";

/** The sockets of each service that has any: one for each replica, in order. */
export type Sockets = ReadonlyMap<string, readonly string[]>;

/** Returns the path of the socket of a service or replica. */
export type SocketAt = (name: string) => string;

/** What `listen` says of a service that has a socket and no port. */
export const UNIX = "unix";

/**
 * Returns the paths of the services' sockets.
 *
 * @param services What the file has under `services`.
 * @param variablesOf Returns the values for `${NAME}` in a service.
 * @param replicasOf How many replicas run, where that is not what is written.
 */
export function socketsOf(
  services: Record<string, unknown>,
  variablesOf: (service: string) => Variables,
  socketAt: SocketAt,
  replicasOf: ReadonlyMap<string, number>,
): Map<string, string[]> {
  const listening = Object.entries(services)
    .filter(([, shape]) => Object(shape).listen === UNIX);
  return new Map(listening.map(([service, shape]) => {
    const count = replicaCount(
      shape,
      variablesOf(service),
      replicasOf.get(service),
    );
    const names = count === 1
      ? [service]
      : Array.from({ length: count }, (_, index) => `${service}-${index + 1}`);
    return [service, names.map(socketAt)];
  }));
}
