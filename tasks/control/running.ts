/**
 * What runs at this moment, for commands that do not need a supervisor.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";
import {
  type Commands,
  connectControl,
} from "../../supervisor/control/client.ts";
import type { ServiceSnapshot } from "../../supervisor/service/snapshot.ts";

/**
 * Lists the services of the supervisor that runs a config; undefined where none
 * does.
 *
 * @param config The path of the config.
 */
export async function listIfRunning(
  config: string,
): Promise<ServiceSnapshot[] | undefined> {
  return await listOrNone(await connectControl(config));
}

/** Lists what a supervisor runs; undefined where it is not there. */
export async function listOrNone(
  control: Pick<Commands, "list">,
): Promise<ServiceSnapshot[] | undefined> {
  try {
    return (await control.list()).services;
  } catch (error) {
    if (error instanceof Fault && error.code === "unavailable") {
      return undefined;
    }
    throw error;
  }
}
