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
  type Server,
  startBroker,
} from "./broker_under_test.ts";
import { latencies, type Latency, summary } from "./figures.ts";

/** One who watches, connected by itself. */
export interface Watch {
  /** Resolves once the change of that name has come. */
  see(name: string): Promise<void>;
  close(): void;
}

/** What changes, and can be watched. */
export interface ChangeSource {
  /** Makes the next change, and waits until it stands. */
  change(name: string): Promise<void>;
  openWatch(): Promise<Watch>;
  close(): void;
}

/** Changes an entry before watchers, each connected by itself. */
export async function measureChanges(
  guardian: Guardian,
  watchers: number,
  changes: number,
): Promise<Latency> {
  log(`Changing an entry ${changes} times before ${watchers} watchers`);
  await using broker = await startBroker(guardian);
  return await timeChanges(brokerChanges(broker), watchers, changes);
}

/** Times changes, from the sending of each to its coming at each watcher. */
export async function timeChanges(
  source: ChangeSource,
  watchers: number,
  changes: number,
): Promise<Latency> {
  const watches = await Promise.all(
    Array.from({ length: watchers }, () => source.openWatch()),
  );
  const times = latencies();
  const warmUp = Math.ceil(changes / 5);
  for (let done = -warmUp; done < changes; done++) {
    const name = String(done);
    const seen = watches.map(async (watch) => {
      await watch.see(name);
      return performance.now();
    });
    const sentAtMs = performance.now();
    await source.change(name);
    for (const seenAtMs of await Promise.all(seen)) {
      if (done >= 0) times.record(seenAtMs - sentAtMs);
    }
  }
  for (const each of [source, ...watches]) each.close();
  return summary(times);
}

function brokerChanges(broker: Server): ChangeSource {
  const registrant = connectAlone(broker);
  const stream = registrant.duplex(BrokerService.Register);
  return {
    change: (name) =>
      register(stream, { entry: entry("one", 1, { change: name }) }),
    async openWatch() {
      const client = connectAlone(broker);
      const updates = await openWatch(client);
      return {
        see: (name) => seeChange(updates, isNamed(name)),
        close: () => client.close(),
      };
    },
    close: () => registrant.close(),
  };
}
