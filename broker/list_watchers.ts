/**
 * Reads who follows what is registered with the broker: for the dashboard, and no
 * part of what authors of services import.
 *
 * @module
 */

import { BrokerService } from "../proto/broker/contract.ts";
import type { Watcher__Output } from "../proto/types/broker/v1/Watcher.ts";
import { isUnimplemented } from "../runtime/rpc/status.ts";
import { connectBroker } from "./broker_list.ts";

/** One who follows what is registered. */
export type Watcher = Readonly<Watcher__Output>;

/**
 * Connects to a broker, to ask it now and then who follows what is registered.
 *
 * @param broker The broker's address, or those of several with commas.
 * @returns Asks: for the oldest 2,000 of them. Undefined from a broker that is too
 * old to say. Throws a Fault, `unavailable` if the broker cannot be reached.
 */
export function watchersOf(
  broker: string,
): () => Promise<Watcher[] | undefined> {
  const connection = connectBroker(broker);
  return async () => {
    try {
      const { watchers } = await connection.unary(
        BrokerService.ListWatchers,
        {},
      );
      return watchers;
    } catch (error) {
      if (isUnimplemented(error)) return undefined;
      throw error;
    }
  };
}
