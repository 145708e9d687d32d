/**
 * Two brokers on one etcd, as processes, and a client that calls all the time
 * while they, a server and etcd are killed.
 */

import { assertEquals } from "@std/assert";
import { CALCULATOR_SERVICE } from "../../proto/calculator/contract.ts";
import {
  startBroker,
  startCalculator,
  startRegistered,
} from "../support/calculator_system.ts";
import { killed } from "../support/built_clients.ts";
import { startEtcd, testEtcd } from "../support/etcd.ts";
import { eventually } from "../support/eventually.ts";
import { callSteadily, type SteadyCalls } from "../support/steady_calls.ts";

/** Waits for so many more answers. */
function answers(calls: SteadyCalls, more: number): Promise<void> {
  const wanted = calls.answered + more;
  return eventually("calls are answered", () => calls.answered >= wanted);
}

testEtcd(
  "no call fails while a broker, a server and etcd are killed under two brokers on one etcd",
  async () => {
    await using etcd = await startEtcd();
    const addressesOf = async () =>
      Object.keys(await etcd.read(`services/${CALCULATOR_SERVICE}/`))
        .map((key) => key.split("/").at(-1)!).sort();
    await using one = await startBroker(undefined, { etcd: etcd.address });
    await using two = await startBroker(undefined, { etcd: etcd.address });
    const brokers = `${one.address},${two.address}`;
    await using first = await startRegistered(brokers);
    await using second = await startRegistered(`${two.address},${one.address}`);
    await using calls = callSteadily(brokers);
    await answers(calls, 100);

    // The first server and the client follow the broker that dies; that of the server
    // which dies lives.
    await killed(one, second);
    await first.stderr.find(/^Registered .* again$/);
    await answers(calls, 200);
    await etcd.kill();
    await two.stderr.find(/^Cannot reach etcd .*registers nobody until/);
    await using third = await startCalculator(brokers);
    await answers(calls, 200);
    await etcd.start();
    await third.stderr.find(/^Registered/);
    await eventually(
      "who is there is registered, and who is gone is not",
      async () =>
        (await addressesOf()).join() ===
          [first.address, third.address].sort().join(),
    );
    await answers(calls, 100);

    assertEquals(calls.failures, []);
    // Of a machine that does other things, too: its own pauses count.
    assertEquals(calls.longestGapMs < 2_000, true, `${calls.longestGapMs} ms`);
  },
);
