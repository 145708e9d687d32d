/**
 * Two brokers on one etcd, as processes, and a client that calls all the time
 * while a broker, a server and etcd are killed: what `bench:etcd` measures.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { startGuardian } from "../../../../runtime/process/guardian.ts";
import {
  EVENTS,
  shortfalls,
  TARGETS,
} from "../../../../tasks/bench/etcd/figures.ts";
import { measureOutages } from "../../../../tasks/bench/etcd/measure.ts";
import { testEtcd } from "../../../support/etcd.ts";

testEtcd(
  "no call fails while brokers are killed and frozen, and a server and etcd are killed; nobody says so more than once",
  async () => {
    await using guardian = startGuardian();

    const figures = await measureOutages(guardian, {
      callsPerSecond: 100,
      observeMs: 500,
      awayMs: 1_000,
    });

    assert(figures);
    const { events, linesWhileAway } = figures;
    assertEquals(EVENTS.flatMap((name) => events[name].reasons), []);
    for (const name of EVENTS) assert(events[name].answered > 0, name);
    const counts = Object.entries(linesWhileAway).map(([name, lines]) => {
      assert(lines.length <= TARGETS.linesWhileAway, lines.join("\n"));
      return [name, lines.length] as const;
    });
    assertEquals(counts.map(([name]) => name).sort(), [
      "broker a",
      "broker b",
      "client",
      "server 1",
      "server 2",
      "server 3",
    ]);
    assertMatch(linesWhileAway["server 2"]![0]!, /^Waiting to register/);
    for (const name of ["broker a", "broker b"]) {
      assertMatch(linesWhileAway[name]![0]!, /registers nobody until etcd/);
    }
  },
);

const EVENT = {
  answered: 100,
  failed: 0,
  reasons: [],
  slowestMs: 20,
  longestGapMs: 2_000,
  pausedMs: 10,
  rightAfterMs: 30_000,
  elapsedMs: 1_000,
};

Deno.test("shortfalls() names each target that is missed, and no other", () => {
  const figures = {
    version: "3.4.23",
    callsPerSecond: 200,
    awayMs: 60_000,
    events: {
      undisturbed: EVENT,
      brokerKilled: { ...EVENT, failed: 2, reasons: ["Fault: gone", "other"] },
      brokerFrozen: { ...EVENT, missedMs: 0.4 },
      serverKilled: { ...EVENT, longestGapMs: 2_000.6 },
      etcdAway: EVENT,
      etcdBack: { ...EVENT, rightAfterMs: 30_001 },
      etcdEmpty: EVENT,
    },
    linesWhileAway: {
      "broker a": ["one", "two"],
      "server 1": Array(3).fill(""),
    },
  };

  assertEquals(shortfalls(figures), [
    "brokerKilled: 2 calls failed: Fault: gone",
    "brokerFrozen: a server that runs was not registered for 0 ms",
    "serverKilled: no answer for 2001 ms",
    "etcdBack: registrations were wrong for 30001 ms",
    "etcdAway: server 1 printed 3 lines",
  ]);
});
