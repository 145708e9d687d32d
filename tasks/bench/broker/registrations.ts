/**
 * How a broker takes many registrations, and what they cost it.
 *
 * @module
 */

import { listServices } from "../../../broker/client.ts";
import { BrokerService } from "../../../proto/broker/contract.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { Failure } from "../../../runtime/program/errors.ts";
import { log } from "../../../runtime/program/log.ts";
import {
  connectAlone,
  entry,
  register,
  startBroker,
  watchMemory,
} from "./broker_under_test.ts";
import { type Figures, round } from "./figures.ts";

/** Registers many instances over a few streams, and lists them all. */
export async function measureRegistrations(
  guardian: Guardian,
  count: number,
): Promise<Figures["registrations"]> {
  const streamCount = 100;
  log(`Registering ${count} instances over ${streamCount} streams`);
  await using broker = await startBroker(guardian);
  const client = connectAlone(broker);
  await listServices(broker.address);
  const memory = await watchMemory(broker);
  const startedAtMs = performance.now();
  await Promise.all(
    Array.from({ length: streamCount }, async (_, place) => {
      const stream = client.duplex(BrokerService.Register);
      for (let done = place; done < count; done += streamCount) {
        await register(stream, {
          entry: {
            ...entry(`instance-${done}`, 1 + done),
            // As many services as a large system has.
            service: `bench.v1.Service${done % 1_000}`,
          },
        });
      }
    }),
  );
  const elapsedMs = performance.now() - startedAtMs;
  const listStartedAtMs = performance.now();
  const entries = await listServices(broker.address);
  const listMs = performance.now() - listStartedAtMs;
  if (entries.length !== count) {
    throw new Failure(
      `Cannot measure: ${entries.length} of ${count} are there`,
    );
  }
  const growth = await memory();
  client.close();
  return {
    count,
    elapsedMs: round(elapsedMs),
    listMs: round(listMs),
    ...growth,
  };
}
