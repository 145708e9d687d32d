/**
 * Finds a port of this machine on which nobody listens.
 *
 * @module
 */

import { systemReason } from "../files/system_reason.ts";
import { HOST } from "../program/address.ts";
import { Failure } from "../program/errors.ts";

/**
 * Where ports are looked for: below those that systems give to connections, so
 * that none of these takes the port of a service that restarts.
 */
const FIRST = 20_000;
const LAST = 32_767;

/**
 * Returns a port that nothing listens on.
 *
 * @param key Leads to the same port each time, if that is free.
 * @param taken Ports that will be listened on.
 * @param preferred The one to take if that is free.
 */
export function pickPort(
  key: string,
  taken: ReadonlySet<number>,
  preferred?: number,
): number {
  if (preferred !== undefined && !taken.has(preferred) && isFree(preferred)) {
    return preferred;
  }
  const count = LAST - FIRST + 1;
  let hash = 0;
  for (const char of key) hash = (hash * 31 + char.charCodeAt(0)) % count;
  for (let step = 0; step < count; step++) {
    const port = FIRST + (hash + step) % count;
    if (!taken.has(port) && isFree(port)) return port;
  }
  throw new Error(`Cannot find a free port from ${FIRST} to ${LAST}`);
}

/**
 * True when nobody listens on a port of this machine.
 *
 * @throws {Failure} If that cannot be found out.
 */
export function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: HOST, port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw new Failure(
      `Cannot look for a free port on ${HOST}: ${
        systemReason(error)
      }; is the loopback interface up (ip addr show lo)?`,
    );
  }
}
