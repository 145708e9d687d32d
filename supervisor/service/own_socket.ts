/**
 * The unix socket of a service that is about to start.
 *
 * @module
 */

import { dirname } from "node:path";
import { ifThere, removeIfThere } from "../../runtime/files/optional_file.ts";
import { makeOwnFolder } from "../../runtime/files/own_folder.ts";
import { Failure } from "../../runtime/program/errors.ts";

/**
 * Makes the folder of a socket, which only this user may enter, and removes a
 * socket that a killed process has left. One that somebody listens on stays.
 *
 * @param path Where the service is to listen; undefined where it has no socket.
 * @throws {Failure} If the folder is not ours, or the path is taken.
 */
export async function makeRoomForSocket(
  path: string | undefined,
): Promise<void> {
  if (path === undefined) return;
  const folder = dirname(path);
  const found = await makeOwnFolder(folder);
  if ("reason" in found) {
    throw new Failure(
      `its socket cannot be in "${folder}": ${found.reason}; remove that folder`,
    );
  }
  const there = await ifThere(Deno.lstat(path));
  if (!there) return;
  if (!there.isSocket) {
    throw new Failure(
      `its socket cannot be "${path}": what is there is no socket; remove it`,
    );
  }
  if (await isListenedOn(path)) {
    throw new Failure(
      `its socket "${path}" is taken: another process listens there; end that, or give the service another name`,
    );
  }
  await removeIfThere(path);
}

/** True while a process listens on a socket; a dead one refuses. */
async function isListenedOn(path: string): Promise<boolean> {
  try {
    const connection = await Deno.connect({ transport: "unix", path });
    connection.close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
