/**
 * Shows the figures of a broker, and those of an etcd beside them.
 *
 * @module
 */

import { formatTable } from "../../terminal/table.ts";
import { formatBytes } from "../../terminal/terminal.ts";
import type { EtcdFigures } from "./etcd.ts";
import type { Figures, Latency } from "./figures.ts";

/**
 * Shows the figures as a table.
 *
 * @param etcd Those of an etcd in the same run, to stand beside them.
 */
export function describe(figures: Figures, etcd?: EtcdFigures): string {
  const { resolve, resolve64, killToEvent, registrations, watchers } = figures;
  const grown = (before?: number, after?: number) =>
    before === undefined || after === undefined
      ? "memory not known"
      : `broker ${formatBytes(before)} to ${formatBytes(after)}`;
  /** The cells of an etcd: its figure, and how many times it ours is. */
  const beside = (ours = 0, theirs = 0, shown = "") => {
    if (!etcd) return [];
    return theirs ? [shown, (ours / theirs).toFixed(2)] : ["", ""];
  };
  const row = (what: string, ours: Latency, theirs?: Latency) => [
    what,
    percentiles(ours),
    ...beside(ours.p50Ms, theirs?.p50Ms, theirs && percentiles(theirs)),
  ];
  const rate = (what: string, ours: number, theirs?: number) => [
    what,
    count(ours),
    ...beside(ours, theirs, count(theirs ?? 0)),
  ];
  return formatTable([
    [
      "MEASURED (p50 / p99)",
      "DENIZEN",
      ...(etcd ? [`ETCD ${etcd.version}`, "DENIZEN / ETCD (p50)"] : []),
    ],
    row("empty call of grpc-js alone, in sequence", figures.empty),
    rate("empty calls per second, 64 in flight", figures.empty64.perSecond),
    row("resolve, in sequence", resolve, etcd?.resolve),
    rate(
      "resolves per second, 64 in flight",
      resolve64.perSecond,
      etcd?.resolve64.perSecond,
    ),
    row("calculate, found through the broker, in sequence", figures.calculate),
    rate(
      "calculations per second, 64 in flight",
      figures.calculate64.perSecond,
    ),
    row(
      "change to 1 watcher",
      figures.changeToOneWatcher,
      etcd?.changeToOneWatcher,
    ),
    row(
      "change to each of 100 watchers, each connected by itself",
      figures.changeToEachOf100Watchers,
      etcd?.changeToEachOf100Watchers,
    ),
    row("kill -9 of an instance to the event", killToEvent),
    [
      `${count(registrations.count)} registrations`,
      `${ms(registrations.elapsedMs)}, list ${ms(registrations.listMs)}, ${
        grown(registrations.brokerRssBeforeBytes, registrations.brokerRssBytes)
      }`,
      ...beside(),
    ],
    [
      `${count(watchers.count)} watchers`,
      `open ${ms(watchers.openMs)}, change to the last ${
        ms(watchers.changeToLast.p50Ms)
      } / ${ms(watchers.changeToLast.p99Ms)}, ${
        grown(watchers.brokerRssBeforeBytes, watchers.brokerRssBytes)
      }`,
      ...beside(),
    ],
  ]);
}

function percentiles({ p50Ms, p99Ms }: Latency): string {
  return `${ms(p50Ms)} / ${ms(p99Ms)}`;
}

function ms(value: number): string {
  return `${
    value < 10
      ? value.toFixed(2)
      : value < 100
      ? value.toFixed(1)
      : count(value)
  } ms`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}
