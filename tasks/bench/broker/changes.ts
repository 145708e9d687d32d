/**
 * How long a change takes to reach those who watch.
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
} from "./broker_under_test.ts";
import { latencies, type Latency, summary } from "./figures.ts";

/** Changes an entry before watchers, each connected by itself. */
export async function measureChanges(
  guardian: Guardian,
  watchers: number,
  changes: number,
): Promise<Latency> {
  log(`Changing an entry ${changes} times before ${watchers} watchers`);
  await using broker = await startBroker(guardian);
  const clients = Array.from({ length: watchers }, () => connectAlone(broker));
  const watches = await Promise.all(clients.map((client) => openWatch(client)));
  const registrant = connectAlone(broker);
  const stream = registrant.duplex(BrokerService.Register);
  const times = latencies();
  const warmUp = Math.ceil(changes / 5);
  for (let done = -warmUp; done < changes; done++) {
    const name = String(done);
    const seen = watches.map(async (updates) => {
      await seeChange(updates, isNamed(name));
      return performance.now();
    });
    const sentAtMs = performance.now();
    await register(stream, { entry: entry("one", 1, { change: name }) });
    for (const seenAtMs of await Promise.all(seen)) {
      if (done >= 0) times.record(seenAtMs - sentAtMs);
    }
  }
  for (const client of [registrant, ...clients]) client.close();
  return summary(times);
}
