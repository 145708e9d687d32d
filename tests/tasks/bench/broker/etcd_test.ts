import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startGuardian } from "../../../../runtime/process/guardian.ts";
import { describe } from "../../../../tasks/bench/broker/describe.ts";
import { measureEtcd } from "../../../../tasks/bench/broker/etcd.ts";
import { findEtcd } from "../../../../tasks/bench/etcd/etcd_process.ts";
import { testWhere } from "../../../support/built_clients.ts";
import type { Figures } from "../../../../tasks/bench/broker/figures.ts";

const SIZES = {
  resolves: 10,
  inFlightResolves: 100,
  changes: 5,
  changesToHundred: 1,
};

const installed = await findEtcd();

testWhere(
  "measureEtcd() asks and watches the etcd that is there",
  installed === undefined
    ? "etcd is not there; Debian has it as etcd-server"
    : undefined,
  async () => {
    await using guardian = startGuardian();

    const figures = await measureEtcd(guardian, SIZES);

    assert(figures);
    assertEquals(figures.version, installed);
    const { resolve, changeToOneWatcher, changeToEachOf100Watchers } = figures;
    const counts = [resolve, changeToOneWatcher, changeToEachOf100Watchers]
      .map(({ count }) => count);
    assertEquals(counts, [10, 5, 100]);
    assert(figures.resolve64.perSecond > 0);
  },
);

const LATENCY = { count: 1, p50Ms: 3, p99Ms: 8, maxMs: 9 };
const FIGURES: Figures = {
  empty: LATENCY,
  empty64: { count: 1, perSecond: 5_000 },
  resolve: LATENCY,
  resolve64: { count: 1, perSecond: 3_000 },
  calculate: LATENCY,
  calculate64: { count: 1, perSecond: 3_000 },
  changeToOneWatcher: LATENCY,
  changeToEachOf100Watchers: LATENCY,
  killToEvent: LATENCY,
  registrations: { count: 1, elapsedMs: 1, listMs: 1 },
  watchers: { count: 1, openMs: 1, changeToLast: LATENCY },
};

Deno.test("describe() sets the figures of an etcd beside those that it has, too", () => {
  const theirs = { ...LATENCY, p50Ms: 2 };

  const table = describe(FIGURES, {
    version: "3.4.23",
    resolve: theirs,
    resolve64: { count: 1, perSecond: 4_000 },
    changeToOneWatcher: theirs,
    changeToEachOf100Watchers: theirs,
  });

  assertStringIncludes(table, "ETCD 3.4.23");
  assertEquals(lineOf(table, "resolve,").slice(-2), [
    "2.00 ms / 8.00 ms",
    "1.50",
  ]);
  assertEquals(lineOf(table, "resolves").slice(-2), ["4,000", "0.75"]);
  assertEquals(lineOf(table, "calculate,").at(-1), "3.00 ms / 8.00 ms");
});

Deno.test("describe() says nothing of an etcd that is not there", () => {
  const table = describe(FIGURES);

  assert(!/etcd/i.test(table), table);
  assertEquals(lineOf(table, "resolve,").at(-1), "3.00 ms / 8.00 ms");
});

/** The cells of the line that begins so. */
function lineOf(table: string, start: string): string[] {
  const line = table.split("\n").find((each) => each.startsWith(start)) ?? "";
  return line.trim().split(/ {2,}/);
}
