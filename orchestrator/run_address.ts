/**
 * Where a run is served to its owner, for who calls it too.
 *
 * @module
 */

import { socketPath } from "../runtime/control/socket_folder.ts";
import { RUN_SOCKET } from "./state_folder.ts";

/** @throws {Failure} If the folder of its socket is not this user's own. */
export async function runAddress(folder: string): Promise<string> {
  return `unix:${await socketPath(folder, RUN_SOCKET)}`;
}
