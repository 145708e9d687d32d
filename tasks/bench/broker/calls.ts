/**
 * How long a question to a broker takes, and how many it answers in a second.
 *
 * @module
 */

import { BrokerService } from "../../../proto/broker/contract.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { log } from "../../../runtime/program/log.ts";
import { IN_FLIGHT, ratePerSecond, timeInSequence } from "../time_calls.ts";
import {
  connectAlone,
  entry,
  register,
  SERVICE,
  startBroker,
} from "./broker_under_test.ts";
import { type Figures, summary } from "./figures.ts";

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
  const times = await timeInSequence(resolve, resolves);

  log(`Resolving ${inFlightResolves} times, ${IN_FLIGHT} in flight`);
  await ratePerSecond(resolve, inFlightResolves / 5);
  const perSecond = await ratePerSecond(resolve, inFlightResolves);
  client.close();
  return {
    resolve: summary(times),
    resolve64: { count: inFlightResolves, perSecond },
  };
}
