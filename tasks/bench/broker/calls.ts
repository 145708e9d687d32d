/**
 * How long a question to a broker takes, and how many it answers in a second.
 *
 * @module
 */

import { BrokerService } from "../../../proto/broker/contract.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { log } from "../../../runtime/program/log.ts";
import {
  connectAlone,
  entry,
  register,
  SERVICE,
  startBroker,
} from "./broker_under_test.ts";
import { type Figures, latencies, summary } from "./figures.ts";

/** Resolves one after the other, then many at a time. */
export async function measureCalls(
  guardian: Guardian,
  { resolves, inFlightResolves }: {
    resolves: number;
    inFlightResolves: number;
  },
): Promise<Pick<Figures, "resolve" | "resolve64">> {
  log(`Resolving ${resolves} times in sequence`);
  await using broker = await startBroker(guardian);
  const client = connectAlone(broker);
  const stream = client.duplex(BrokerService.Register);
  await register(stream, { entry: entry("one", 1) });
  const resolve = () =>
    client.unary(BrokerService.Resolve, { service: SERVICE });
  for (let warmUp = 0; warmUp < resolves / 5; warmUp++) await resolve();
  const times = latencies();
  for (let done = 0; done < resolves; done++) {
    const startedAtMs = performance.now();
    await resolve();
    times.record(performance.now() - startedAtMs);
  }

  log(`Resolving ${inFlightResolves} times, 64 in flight`);
  const resolveAll = async (count: number) => {
    let left = count;
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (left-- > 0) await resolve();
      }),
    );
  };
  await resolveAll(inFlightResolves / 5);
  const startedAtMs = performance.now();
  await resolveAll(inFlightResolves);
  const elapsedMs = performance.now() - startedAtMs;
  client.close();
  return {
    resolve: summary(times),
    resolve64: {
      count: inFlightResolves,
      perSecond: Math.round(inFlightResolves / elapsedMs * 1_000),
    },
  };
}
