/**
 * The token of a run, for the commands of the user whose run it is.
 *
 * @module
 */

import { readToken } from "../../runtime/files/token_file.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { ownToken, useToken } from "../../runtime/rpc/token.ts";
import { requireUsablePath } from "../../supervisor/control/client.ts";
import {
  nearestConfig,
  requireOwnState,
  stateDirOf,
} from "../../supervisor/config/config.ts";

/**
 * Finds the token of the run that the supervisor of a config has begun. One
 * that the environment has goes before it.
 *
 * @param config The path of the config. @default {the nearest}
 * @returns Undefined where nothing runs.
 * @throws {UsageError} If nobody can look at the config.
 * @throws {Failure} If the folder it lies in is somebody else's.
 */
export async function findToken(
  config: string = nearestConfig(),
): Promise<string | undefined> {
  const own = ownToken();
  if (own !== undefined) return own;
  const folder = stateDirOf(config);
  await requireUsablePath(config);
  await requireOwnState(folder);
  return await readToken(folder);
}

/**
 * Shows that token to whatever this process calls from now on.
 *
 * @returns What to say, if a call is refused, of there being none; "" if there is one.
 */
export async function showToken(
  config: string = nearestConfig(),
): Promise<string> {
  const token = await findToken(config);
  useToken(token);
  return token === undefined
    ? `No supervisor runs "${
      shortPath(config)
    }", so there is no token to show; --config=FILE names the config of the service`
    : "";
}
