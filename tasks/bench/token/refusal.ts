/**
 * Makes sure that what is measured is there: a server that has a token asks for
 * it. That one without a token does not is shown by the calls that it answers.
 *
 * @module
 */

import { Failure, Fault } from "../../../runtime/program/errors.ts";
import { log } from "../../../runtime/program/log.ts";
import { connect, type Connection } from "../../../runtime/rpc/connect.ts";

/**
 * Calls a server without the token.
 *
 * @throws {Failure} If it answers.
 */
export async function requireRefusal(
  address: string,
  call: (stranger: Connection) => Promise<unknown>,
): Promise<void> {
  log(`Calling ${address} without the token, which it has to refuse`);
  const stranger = connect(address, {
    token: null,
    // Else it would share the connection of those who call by right.
    channel: { "grpc.use_local_subchannel_pool": 1 },
  });
  try {
    await call(stranger);
  } catch (error) {
    if (error instanceof Fault && error.code === "unauthenticated") return;
    throw error;
  } finally {
    stranger.close();
  }
  throw new Failure(
    `Cannot measure what the token costs: the server at ${address} answers without it`,
  );
}
