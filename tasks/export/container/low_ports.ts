/**
 * Ports below 1024, where nobody listens but root, and a container's user is not
 * root.
 *
 * @module
 */

import type { Container } from "./container.ts";

/** What a container's network takes for the first port that is anybody's. */
export const FIRST_FREE_PORT = "net.ipv4.ip_unprivileged_port_start";

/** True where a container listens on such a port. */
export function needsLowPort({ port }: Pick<Container, "port">): boolean {
  return port !== undefined && port < 1024;
}
