/**
 * The port of a dashboard that runs without a supervisor: that of the folder's
 * dashboard, so that what a browser has kept of it stays true.
 *
 * @module
 */

import { openAutoPorts } from "./auto_ports.ts";
import { DASHBOARD_PROCESS, withDashboardPort } from "./dashboard.ts";

/**
 * Returns the port that the dashboard of a folder had, or chooses it now.
 *
 * @param stateDir The state folder, which is there.
 * @throws {Failure} If that folder is not this user's own.
 */
export async function chooseDashboardPort(stateDir: string): Promise<number> {
  const ports = await openAutoPorts(stateDir);
  const port = withDashboardPort(ports.choose)(DASHBOARD_PROCESS, new Set());
  await ports.save();
  return port;
}
