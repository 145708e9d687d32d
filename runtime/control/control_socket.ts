/**
 * Serves what runs in a state folder, on a unix socket that only its user can
 * reach and that asks for the token of the run.
 *
 * @module
 */

import { removeIfThere } from "../files/optional_file.ts";
import { serve, type ServeOptions } from "../rpc/serve.ts";

/** How long callers have to leave, in milliseconds. */
const LEAVE_MS = 500;

/**
 * Serves until disposed. To be called by who has the state folder for itself.
 *
 * @param address `unix:` and the path of the socket.
 */
export async function serveOnSocket(
  address: string,
  options: Required<Pick<ServeOptions, "authentication" | "services">>,
): Promise<AsyncDisposable> {
  const path = address.slice("unix:".length);
  // Who was killed has left its socket.
  await removeIfThere(path);
  const server = await serve({ ...options, address, guarded: "all" });
  return {
    async [Symbol.asyncDispose]() {
      await server.stop(LEAVE_MS);
      await removeIfThere(path);
    },
  };
}
