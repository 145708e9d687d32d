/**
 * Where the dashboard of a state folder keeps its files, and where it takes calls.
 *
 * The supervisor makes the place and the dashboard's callers look for it: both
 * have it from here.
 *
 * @module
 */

import { join } from "node:path";

/** Its socket, in its folder or in the folder for long paths. */
export const COLLECTOR_SOCKET = "collector.sock";

/** Returns the folder of the dashboard of a state folder. */
export function dashboardFolder(stateDir: string): string {
  return join(stateDir, "dashboard");
}
