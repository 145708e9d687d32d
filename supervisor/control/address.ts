/**
 * Where the supervisor of a state folder listens.
 *
 * @module
 */

import { socketPath } from "../../runtime/control/socket_folder.ts";

/**
 * Returns where the supervisor of a state folder listens.
 *
 * @throws {Failure} If the folder of its socket is not this user's own.
 */
export async function controlAddress(stateDir: string): Promise<string> {
  return `unix:${await socketPath(stateDir, "control.sock")}`;
}
