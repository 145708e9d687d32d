/**
 * Where the dashboard of a state folder keeps what it has, and the sockets by
 * which it and others reach each other.
 *
 * @module
 */

import { join } from "node:path";
import {
  COLLECTOR_SOCKET,
  dashboardFolder,
} from "../../runtime/control/dashboard_socket.ts";
import {
  makeSocketFolder,
  socketPath,
} from "../../runtime/control/socket_folder.ts";
import { makeOwnFolder } from "../../runtime/files/own_folder.ts";
import { makeOwnState } from "./own_state.ts";

/** The folder of a dashboard, and the paths of two sockets. */
export interface DashboardPlace {
  /** Its own, below the state folder. */
  folder: string;
  /** Where it listens for runs and for its user's commands. */
  collector: string;
  /** Where the supervisor listens. */
  control: string;
}

/** Says where it would be, if paths of any length were right. */
export function plainDashboardPlace(stateDir: string): DashboardPlace {
  const folder = dashboardFolder(stateDir);
  return {
    folder,
    collector: join(folder, COLLECTOR_SOCKET),
    control: join(stateDir, "control.sock"),
  };
}

/**
 * Says where it is.
 *
 * @throws {Failure} If the folder of a socket is not this user's own.
 */
export async function dashboardPlace(
  stateDir: string,
): Promise<DashboardPlace> {
  const { folder } = plainDashboardPlace(stateDir);
  return {
    folder,
    collector: await socketPath(folder, COLLECTOR_SOCKET),
    control: await socketPath(stateDir, "control.sock"),
  };
}

/**
 * Makes its folder, which its sandbox could not, and says where it is.
 *
 * @throws {Failure} If the state folder is not this user's own.
 */
export async function makeDashboardPlace(
  stateDir: string,
): Promise<DashboardPlace> {
  await makeOwnState(stateDir);
  const { folder } = plainDashboardPlace(stateDir);
  await makeOwnFolder(folder);
  await makeSocketFolder(folder, COLLECTOR_SOCKET);
  return await dashboardPlace(stateDir);
}
