/**
 * Finds ports for a stage and its neighbours.
 *
 * @module
 */

import { isFree, pickPort } from "../../runtime/process/free_port.ts";

/** Returns the first of so many free ports in a row. */
export function pickPorts(count: number): number {
  const tried = new Set<number>();
  for (;;) {
    const first = pickPort(crypto.randomUUID(), tried);
    const row = Array.from({ length: count }, (_, at) => first + at);
    if (row.every(isFree)) return first;
    tried.add(first);
  }
}
