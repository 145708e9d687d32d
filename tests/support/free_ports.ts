/**
 * Finds ports of this machine on which nobody listens.
 *
 * They lie below those that Linux hands out for outgoing connections: of these a
 * port that is free now may belong to a connection a moment later, and whoever
 * keeps on asking such a port may at last be connected with itself. And they lie
 * below those of `port: auto`, which a supervisor may choose meanwhile.
 *
 * @module
 */

import { isFree } from "../../runtime/process/free_port.ts";
import { STAGES } from "../../stages/names.ts";

const FIRST = 10_000;

/** Ports that were given to somebody, who may not listen there yet. */
const given = new Set<number>();

/** As many as a pipeline without further workers needs: two for each process. */
export const PIPELINE_PORTS = 2 * STAGES.length;

/**
 * Ports next to each other on which nobody listens: the first of them. No port
 * is given twice, since tests run beside each other.
 */
export function freePorts(count: number = PIPELINE_PORTS): number {
  for (;;) {
    const first = FIRST + 5 * Math.floor(Math.random() * 1_990);
    const all = Array.from({ length: count }, (_, at) => first + at);
    if (all.some((port) => given.has(port)) || !all.every(isFree)) continue;
    for (const port of all) given.add(port);
    return first;
  }
}

/** An address on which nobody listens. */
export function freeAddress(): string {
  return `127.0.0.1:${freePorts(1)}`;
}
