/**
 * Reads everything that is registered with the broker.
 *
 * @module
 */

import { BrokerService } from "../proto/broker/contract.ts";
import { Fault } from "../runtime/program/errors.ts";
import type { Connection } from "../runtime/rpc/connect.ts";
import type { Entry } from "./entry.ts";
import { connectBroker } from "./broker_list.ts";

/**
 * Returns every registered entry, in order of service and instance.
 *
 * Reads page after page. An entry that comes or goes meanwhile may be among
 * them or not; of one moment, watchServices() tells.
 *
 * @example
 * ```ts
 * import { print } from "denizen";
 * import { listServices } from "denizen/broker";
 *
 * for (const { service, address } of await listServices("127.0.0.1:50051")) {
 *   print(`${service} at ${address}`);
 * }
 * ```
 *
 * @param broker The broker's address, or those of several with commas.
 * @throws {Fault} `unavailable` if the broker cannot be reached.
 */
export async function listServices(broker: string): Promise<Entry[]> {
  const connection = connectBroker(broker);
  while (true) {
    try {
      return await readPages(connection);
    } catch (error) {
      // The broker has restarted between two pages: what it knows is another.
      if (error instanceof Fault && error.code === "aborted") continue;
      throw error;
    }
  }
}

async function readPages(connection: Connection): Promise<Entry[]> {
  const pages: Entry[][] = [];
  let pageToken = "";
  do {
    const page = await connection.unary(BrokerService.List, { pageToken });
    pages.push(page.entries);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return pages.flat();
}
