/**
 * A broker within the process of a test, and a connection to it.
 *
 * @module
 */

import type { Entry } from "../../broker/entry.ts";
import {
  createMemoryRegistry,
  type MemoryRegistryOptions,
} from "../../broker/memory_registry.ts";
import {
  brokerService,
  type BrokerServiceOptions,
} from "../../broker/service.ts";
import { BROKER_SERVICE, BrokerService } from "../../proto/broker/contract.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { serve } from "../../runtime/rpc/serve.ts";

/** When it is by the clock of such a broker. */
const NOW_MS = 1_000;

/** An entry that is right, as such a broker lists it. */
export const ENTRY: Required<Entry> = {
  service: "calculator.v1.CalculatorService",
  instance: "one",
  address: "127.0.0.1:5555",
  version: "1.0.0",
  metadata: { language: "typescript" },
  registeredMs: NOW_MS,
};

/** A broker in this process, and a connection to it. */
export async function startBroker(
  options: MemoryRegistryOptions = {},
  service: BrokerServiceOptions = {},
) {
  const registry = createMemoryRegistry({ epoch: "e", ...options });
  const served = await serve({
    address: "127.0.0.1:0",
    services: {
      [BROKER_SERVICE]: brokerService(registry, {
        now: () => NOW_MS,
        ...service,
      }),
    },
  });
  const connection = connect(served.address, { name: "the broker" });
  return {
    registry,
    address: served.address,
    stop: served.stop,
    ...connection,
    /** Opens a registration and waits until it stands. */
    async register(...entries: Entry[]) {
      const cancel = new AbortController();
      const stream = connection.duplex(BrokerService.Register, {
        signal: cancel.signal,
      });
      const answers = [];
      for (const entry of entries) {
        stream.send({ entry });
        answers.push((await stream.incoming.next()).value);
      }
      return { ...stream, answers, cancel: () => cancel.abort() };
    },
    /** The first page of what is registered. */
    list: async () => (await connection.unary(BrokerService.List, {})).entries,
    async [Symbol.asyncDispose]() {
      connection.close();
      await served.stop(100);
    },
  };
}
