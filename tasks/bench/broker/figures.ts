/**
 * What is measured of a broker.
 *
 * @module
 */

import {
  createLatencies,
  type Latencies,
} from "../../../stages/hop/latencies.ts";

/** Times of many like events, in milliseconds. */
export interface Latency {
  count: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** What is measured. A memory figure is absent where it cannot be read. */
export interface Figures {
  /** A call that does nothing, by grpc-js alone; one after the other. */
  empty: Latency;
  empty64: { count: number; perSecond: number };
  /** One after the other. */
  resolve: Latency;
  resolve64: { count: number; perSecond: number };
  /** Of the calculator, found through the broker; one after the other. */
  calculate: Latency;
  calculate64: { count: number; perSecond: number };
  /** From the sending of a change to the event that tells it. */
  changeToOneWatcher: Latency;
  changeToEachOf100Watchers: Latency;
  /** From kill -9 of a registered process to the event that tells it. */
  killToEvent: Latency;
  registrations: {
    count: number;
    /** From the first sent to the last confirmed. */
    elapsedMs: number;
    /** List of all of them, page after page. */
    listMs: number;
    brokerRssBeforeBytes?: number;
    brokerRssBytes?: number;
  };
  watchers: {
    count: number;
    /** From the opening of the first to the snapshot of the last. */
    openMs: number;
    /** From the sending of a change to the event at the last watcher. */
    changeToLast: Latency;
    brokerRssBeforeBytes?: number;
    brokerRssBytes?: number;
  };
}

/** Times in whole microseconds, up to a minute. */
export function latencies(): Latencies {
  return createLatencies({ digits: 3, longestMs: 60_000 });
}

/** Sums up what was timed. */
export function summary({ count, percentileMs, maxMs }: Latencies): Latency {
  return {
    count,
    p50Ms: round(percentileMs(50)),
    p99Ms: round(percentileMs(99)),
    maxMs: round(maxMs),
  };
}

/** To the microsecond. */
export function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
