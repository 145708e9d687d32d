/**
 * How a broker serves many watchers, and what they cost it.
 *
 * @module
 */

import { BrokerService } from "../../../proto/broker/contract.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { log } from "../../../runtime/program/log.ts";
import {
  connectAlone,
  entry,
  isNamed,
  openWatch,
  register,
  seeChange,
  startBroker,
  watchMemory,
} from "./broker_under_test.ts";
import { type Figures, latencies, round, summary } from "./figures.ts";

/** Watches many times over a few connections, and changes an entry. */
export async function measureWatchers(
  guardian: Guardian,
  count: number,
  changes: number,
): Promise<Figures["watchers"]> {
  const connectionCount = 100;
  log(`Watching ${count} times over ${connectionCount} connections`);
  await using broker = await startBroker(guardian);
  const registrant = connectAlone(broker);
  const stream = registrant.duplex(BrokerService.Register);
  await register(stream, { entry: entry("one", 1) });
  const memory = await watchMemory(broker);
  const clients = Array.from(
    { length: connectionCount },
    () => connectAlone(broker),
  );
  const startedAtMs = performance.now();
  const watches = await Promise.all(
    Array.from(
      { length: count },
      (_, place) => openWatch(clients[place % connectionCount]!),
    ),
  );
  const openMs = performance.now() - startedAtMs;
  const times = latencies();
  for (let done = 0; done < changes; done++) {
    const name = String(done);
    const seen = watches.map((updates) => seeChange(updates, isNamed(name)));
    const sentAtMs = performance.now();
    stream.send({ entry: entry("one", 1, { change: name }) });
    await Promise.all(seen);
    times.record(performance.now() - sentAtMs);
  }
  const growth = await memory();
  for (const client of [registrant, ...clients]) client.close();
  return {
    count,
    openMs: round(openMs),
    changeToLast: summary(times),
    ...growth,
  };
}
