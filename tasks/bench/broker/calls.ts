/**
 * How long a question to a broker takes, and how many it answers in a second.
 *
 * @module
 */

import { BrokerService } from "../../../proto/broker/contract.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { log } from "../../../runtime/program/log.ts";
import {
  type Call,
  IN_FLIGHT,
  ratePerSecond,
  timeInSequence,
} from "../time_calls.ts";
import {
  connectAlone,
  entry,
  register,
  SERVICE,
  startBroker,
} from "./broker_under_test.ts";
import { type Figures, type Latency, summary } from "./figures.ts";

/** Resolves one after the other, then many at a time. */
export async function measureCalls(
  guardian: Guardian,
  { resolves, inFlightResolves }: {
    resolves: number;
    inFlightResolves: number;
  },
): Promise<Pick<Figures, "resolve" | "resolve64">> {
  log(
    `Resolving ${resolves} times in sequence, ${inFlightResolves} times with ${IN_FLIGHT} in flight`,
  );
  await using broker = await startBroker(guardian);
  const client = connectAlone(broker);
  const stream = client.duplex(BrokerService.Register);
  await register(stream, { entry: entry("one", 1) });
  const resolve = () =>
    client.unary(BrokerService.Resolve, { service: SERVICE });
  const { inSequence, inFlight } = await timeCalls(resolve, {
    inSequence: resolves,
    inFlight: inFlightResolves,
  });
  client.close();
  return { resolve: inSequence, resolve64: inFlight };
}

/** Times a call one after the other, then many at a time. */
export async function timeCalls(
  call: Call,
  counts: { inSequence: number; inFlight: number },
): Promise<
  { inSequence: Latency; inFlight: { count: number; perSecond: number } }
> {
  const times = await timeInSequence(call, counts.inSequence);
  await ratePerSecond(call, counts.inFlight / 5);
  const perSecond = await ratePerSecond(call, counts.inFlight);
  return {
    inSequence: summary(times),
    inFlight: { count: counts.inFlight, perSecond },
  };
}
