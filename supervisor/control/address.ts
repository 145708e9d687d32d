/**
 * Where the supervisor of a state folder listens.
 *
 * @module
 */

import { join } from "node:path";

/** The longest path of a unix socket on Linux and macOS, in bytes. */
const MAX_SOCKET_PATH = 100;
/** Returns where the supervisor of a state folder listens. */
export async function controlAddress(stateDir: string): Promise<string> {
  const path = join(stateDir, "control.sock");
  if (new TextEncoder().encode(path).length <= MAX_SOCKET_PATH) {
    return `unix:${path}`;
  }
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(stateDir),
  );
  const name = new Uint8Array(digest).toHex().slice(0, 16);
  return `unix:/tmp/denizen-${Deno.uid()}-${name}/control.sock`;
}
