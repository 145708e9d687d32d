/**
 * How long a broker takes to tell of a process that was killed.
 *
 * @module
 */

import type { Guardian } from "../../../runtime/process/guardian.ts";
import { log } from "../../../runtime/program/log.ts";
import {
  connectAlone,
  openWatch,
  seeChange,
  startBroker,
  startServer,
} from "./broker_under_test.ts";
import { latencies, type Latency, summary } from "./figures.ts";

/** Kills registered processes, from kill -9 to the event that tells it. */
export async function measureKills(
  guardian: Guardian,
  kills: number,
): Promise<Latency> {
  log(`Killing ${kills} registered processes, one after the other`);
  await using broker = await startBroker(guardian);
  const client = connectAlone(broker);
  const updates = await openWatch(client, "");
  const next = (what: "put" | "removed") =>
    seeChange(updates, (change) => change.what === what);
  const times = latencies();
  for (let done = 0; done < kills; done++) {
    const { address } = broker;
    await using server = await startServer(
      guardian,
      "calculator/server.ts",
      { args: [`--broker=${address}`], net: [address] },
    );
    await next("put");
    const removed = next("removed");
    const killedAtMs = performance.now();
    server.signal("SIGKILL");
    await removed;
    times.record(performance.now() - killedAtMs);
  }
  client.close();
  return summary(times);
}
