/**
 * Shows the figures of a broker beside those of another.
 *
 * @module
 */

import { formatTable } from "../../terminal/table.ts";
import { formatBytes } from "../../terminal/terminal.ts";
import type { Figures, Latency } from "./figures.ts";

/**
 * What etcd 3.4 gave on a machine of this kind, by one client process on the
 * same two cores. Given for comparison; not measured here.
 */
export const ETCD_REFERENCE = {
  source: "etcd 3.4 on a machine of this kind; not measured by this command",
  resolve: { p50Ms: 0.29, p99Ms: 2.5 },
  resolve64: { perSecond: 8_500 },
  changeToOneWatcher: { p50Ms: 0.52, p99Ms: 1.2 },
  changeToEachOf100Watchers: { p50Ms: 1.3, p99Ms: 5.4 },
  killToEvent: { p50Ms: 4_400, leaseTtlMs: 5_000 },
};

/** Sets the figures beside the reference, as a table. */
export function describe(figures: Figures): string {
  const { resolve, resolve64, killToEvent, registrations, watchers } = figures;
  const etcd = ETCD_REFERENCE;
  const grown = (before?: number, after?: number) =>
    before === undefined || after === undefined
      ? "memory not known"
      : `broker ${formatBytes(before)} to ${formatBytes(after)}`;
  const row = (
    what: string,
    ours: Latency,
    reference?: { p50Ms: number; p99Ms: number },
  ) => [
    what,
    `${ms(ours.p50Ms)} / ${ms(ours.p99Ms)}`,
    reference ? `${ms(reference.p50Ms)} / ${ms(reference.p99Ms)}` : "",
  ];
  return formatTable([
    ["MEASURED (p50 / p99)", "DENIZEN", "REFERENCE: ETCD 3.4"],
    row("resolve, in sequence", resolve, etcd.resolve),
    [
      "resolves per second, 64 in flight",
      count(resolve64.perSecond),
      count(etcd.resolve64.perSecond),
    ],
    row("calculate, found through the broker, in sequence", figures.calculate),
    [
      "calculations per second, 64 in flight",
      count(figures.calculate64.perSecond),
      "",
    ],
    row(
      "change to 1 watcher",
      figures.changeToOneWatcher,
      etcd.changeToOneWatcher,
    ),
    row(
      "change to each of 100 watchers, each connected by itself",
      figures.changeToEachOf100Watchers,
      etcd.changeToEachOf100Watchers,
    ),
    [
      "kill -9 of an instance to the event",
      `${ms(killToEvent.p50Ms)} / ${ms(killToEvent.p99Ms)}`,
      `${ms(etcd.killToEvent.p50Ms)} (TTL ${ms(etcd.killToEvent.leaseTtlMs)})`,
    ],
    [
      `${count(registrations.count)} registrations`,
      `${ms(registrations.elapsedMs)}, list ${ms(registrations.listMs)}, ${
        grown(registrations.brokerRssBeforeBytes, registrations.brokerRssBytes)
      }`,
      "",
    ],
    [
      `${count(watchers.count)} watchers`,
      `open ${ms(watchers.openMs)}, change to the last ${
        ms(watchers.changeToLast.p50Ms)
      } / ${ms(watchers.changeToLast.p99Ms)}, ${
        grown(watchers.brokerRssBeforeBytes, watchers.brokerRssBytes)
      }`,
      "",
    ],
  ]) + `\nReference: ${etcd.source}.`;
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
