/**
 * The two clocks of a process.
 *
 * @module
 */

import process from "node:process";

/** The two clocks of a process, in milliseconds; a test passes its own. */
export interface Clocks {
  cpuMs(): number;
  wallMs(): number;
}

/** Those of this process. */
export const CLOCKS: Clocks = { cpuMs, wallMs: () => performance.now() };

/** CPU time of this process so far, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
