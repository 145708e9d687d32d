/**
 * Kills brokers, a server and etcd under a client that calls all the time.
 *
 * @module
 */

import type { Guardian } from "../../../runtime/process/guardian.ts";
import { pause } from "../../../runtime/program/abort.ts";
import { log } from "../../../runtime/program/log.ts";
import { findEtcd } from "./etcd_process.ts";
import type { EventFigures, OutageFigures } from "./figures.ts";
import { startSystem, type System } from "./system.ts";

/** How much of each there is. */
export interface OutagePlan {
  /** How many calls are made in a second. */
  callsPerSecond: number;
  /** How long is looked at what comes of each, in milliseconds. */
  observeMs: number;
  /** How long etcd is away, in milliseconds. */
  awayMs: number;
}

/** How often is looked whether a call was answered, in milliseconds. */
const POLL_MS = 20;

/**
 * Measures all of it.
 *
 * @returns undefined where there is no etcd.
 */
export async function measureOutages(
  guardian: Guardian,
  { callsPerSecond, observeMs, awayMs }: OutagePlan,
): Promise<OutageFigures | undefined> {
  const version = await findEtcd();
  if (version === undefined) return undefined;
  log(`Starting two brokers on etcd ${version}, three servers and a client`);
  await using system = await startSystem(guardian, callsPerSecond);
  const { etcd, calls, running } = system;
  const observe = (act?: () => Promise<unknown>) =>
    observed(system, observeMs, act);

  await answered(system);
  calls.lap();
  const undisturbed = await observe();

  log("Killing the broker in use");
  const brokerKilled = await observed(system, observeMs, async () => {
    const moved = moves(system, ["server 1", "server 2"]);
    await system.kill("broker a");
    await moved;
  }, system.watchRegistered());
  await system.startBroker("broker a");

  log("Freezing the broker in use");
  calls.lap();
  const brokerFrozen = await observed(system, observeMs, async () => {
    const moved = moves(system, ["server 1", "server 2", "server 3"]);
    running.get("broker b")!.signal("SIGSTOP");
    // One that comes anew has to find its way, too.
    await Promise.all([moved, system.askAnew()]);
  }, system.watchRegistered());
  running.get("broker b")!.signal("SIGCONT");

  log("Killing a server");
  calls.lap();
  const serverKilled = await observe(async () => {
    await system.kill("server 1");
    await system.isRegistered();
  });
  const started = await system.startCalculator("server 1");
  await started.said(/^Registered/);

  log(`Killing etcd for ${awayMs / 1_000} s`);
  const countBefore = new Map(
    [...running.values()].map((each) => [each, each.lines.length]),
  );
  calls.lap();
  const etcdAway = await observed(system, awayMs, async () => {
    await etcd.kill();
    // Somebody goes and somebody comes meanwhile.
    await pause(awayMs / 4);
    await system.kill("server 2");
    await pause(awayMs / 4);
    const came = await system.startCalculator("server 2");
    await came.said(/^Waiting to register/);
    await Promise.all(
      ["broker a", "broker b"].map((name) =>
        running.get(name)!.said(/registers nobody until etcd is back$/)
      ),
    );
  });
  // What it took then says nothing: etcd was to be away.
  delete etcdAway.rightAfterMs;
  const late = running.get("server 2")!;
  const linesWhileAway = Object.fromEntries(
    [...running].map(([name, each]) => [
      name,
      each.lines.slice(countBefore.get(each) ?? 0)
        .filter(({ isError }) => isError).map(({ line }) => line)
        // Where it listens it says as always.
        .filter((line) => each !== late || !line.startsWith("Serving on ")),
    ]),
  );

  log("Starting etcd again");
  const etcdBack = await observe(async () => {
    await etcd.start();
    await late.said(/^Registered/);
    await system.isRegistered();
  });

  log("Killing etcd, and starting it without what it had");
  await etcd.kill();
  const etcdEmpty = await observe(async () => {
    await etcd.start({ empty: true });
    await system.isRegistered();
  });
  return {
    version,
    callsPerSecond,
    awayMs,
    events: {
      undisturbed,
      brokerKilled,
      brokerFrozen,
      serverKilled,
      etcdAway,
      etcdBack,
      etcdEmpty,
    },
    linesWhileAway,
  };
}

/**
 * Does something, and looks at the calls until it is done and its time is over.
 *
 * @param missed Ends a look at what is registered.
 */
async function observed(
  system: System,
  observeMs: number,
  act?: () => Promise<unknown>,
  missed?: () => Promise<number>,
): Promise<EventFigures> {
  const startedMs = performance.now();
  const over = pause(observeMs);
  await act?.();
  const rightAfterMs = performance.now() - startedMs;
  await Promise.all([over, answered(system)]);
  return {
    ...system.calls.lap(),
    elapsedMs: performance.now() - startedMs,
    ...(act ? { rightAfterMs } : {}),
    ...(missed ? { missedMs: await missed() } : {}),
  };
}

/** Resolves once each of these servers is registered with another broker. */
async function moves(
  { running }: System,
  servers: readonly string[],
): Promise<void> {
  const again = /^Registered .* again$/;
  await Promise.all(servers.map((name) => {
    const { lines, said } = running.get(name)!;
    const before = lines.filter(({ line }) => again.test(line)).length;
    return said(again, before + 1);
  }));
}

/** Resolves once a call was answered after this. */
async function answered({ calls }: System): Promise<void> {
  const { answered } = calls;
  while (calls.answered === answered) await pause(POLL_MS);
}
