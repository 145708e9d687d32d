/**
 * Two brokers on one etcd, calculator servers that register with them, and two
 * clients: one that calls all the time, and one as a process, for what it says.
 *
 * @module
 */

import { CALCULATOR_SERVICE } from "../../../proto/calculator/contract.ts";
import { EtcdKV } from "../../../proto/etcd/contract.ts";
import { pickPort } from "../../../runtime/process/free_port.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { pause } from "../../../runtime/program/abort.ts";
import { Failure } from "../../../runtime/program/errors.ts";
import { type Server, startServer } from "../broker/broker_under_test.ts";
import { type ProgramUnderTest, startProgram } from "../program_under_test.ts";
import { connectEtcd, type Etcd, startEtcd } from "./etcd_process.ts";
import { callSteadily, type SteadyCalls } from "./steady_calls.ts";

/** How long the system may take to be right again, in milliseconds. */
const RIGHT_MS = 120_000;

/** Time between two looks at what is registered, in milliseconds. */
const POLL_MS = 20;

/** The system; disposing of it ends all of it. */
export interface System extends AsyncDisposable {
  readonly etcd: Etcd;
  readonly calls: SteadyCalls;
  /** What runs at the moment, by what it is called. */
  readonly running: ReadonlyMap<string, ProgramUnderTest>;
  /** Kills one as `kill -9` does, and waits until it is gone. */
  kill(name: string): Promise<void>;
  /** Starts a broker, again where it was. */
  startBroker(name: BrokerName): Promise<Server>;
  /** Starts a calculator server, again where it was; it need not be registered. */
  startCalculator(name: ServerName): Promise<Server>;
  /**
   * Waits until those calculator servers that run are registered in etcd, and no
   * others.
   */
  isRegistered(): Promise<void>;
  /**
   * Looks all the time whether those calculator servers are registered that run
   * now. The result ends it, and tells how long one of them was not, in milliseconds.
   */
  watchRegistered(): () => Promise<number>;
  /** Asks once with a client that knows nothing yet; resolves with its answer. */
  askAnew(): Promise<void>;
}

/** The brokers, in the order in which clients and servers know them. */
const BROKERS = ["broker a", "broker b"] as const;
type BrokerName = typeof BROKERS[number];

/** The servers; the last one prefers the second broker. */
const SERVERS = ["server 1", "server 2", "server 3"] as const;
type ServerName = typeof SERVERS[number];

/** Starts all of it, and waits until it is registered and called. */
export async function startSystem(
  guardian: Guardian,
  perSecond: number,
): Promise<System> {
  await using started = new AsyncDisposableStack();
  const etcd = started.use(await startEtcd(guardian));
  const reading = connectEtcd(etcd);
  started.defer(() => reading.close());
  const ports = new Set<number>();
  const addresses = new Map(
    [...BROKERS, ...SERVERS].map((name) => {
      const port = pickPort(name, ports);
      ports.add(port);
      return [name, `127.0.0.1:${port}`];
    }),
  );
  const at = (name: BrokerName | ServerName) => addresses.get(name)!;
  const running = new Map<string, ProgramUnderTest>();
  started.defer(async () => {
    const all = [...running.values()];
    await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
  });
  const keep = <Program extends ProgramUnderTest>(
    name: string,
    program: Program,
  ) => {
    running.set(name, program);
    return program;
  };
  const brokers = BROKERS.map(at);
  const runningServers = () =>
    SERVERS.filter((name) => running.has(name)).map(at).sort();
  const registered = async () => {
    const below = `services/${CALCULATOR_SERVICE}`;
    const { kvs } = await reading.unary(EtcdKV.Range, {
      key: new TextEncoder().encode(`${below}/`),
      rangeEnd: new TextEncoder().encode(`${below}0`),
    }, { waitForReady: true });
    return kvs.map(({ key }) => key.toString().slice(below.length + 1));
  };
  const system = {
    etcd,
    running,
    async kill(name: string) {
      const program = running.get(name)!;
      running.delete(name);
      program.signal("SIGKILL");
      await program[Symbol.asyncDispose]();
    },
    async startBroker(name: BrokerName) {
      const broker = await startServer(guardian, "broker/main.ts", {
        address: at(name),
        args: [`--registry=etcd://${etcd.address}`],
        net: [etcd.address],
      });
      keep(name, broker);
      await broker.said(/ registered$/);
      return broker;
    },
    async startCalculator(name: ServerName) {
      const list = name === "server 3" ? brokers.toReversed() : brokers;
      return keep(
        name,
        await startServer(guardian, "calculator/server.ts", {
          address: at(name),
          args: [`--broker=${list}`],
          net: brokers,
        }),
      );
    },
    watchRegistered() {
      const wanted = runningServers();
      let isOver = false;
      const watching = (async () => {
        let missedMs = 0;
        let seenMs = performance.now();
        while (!isOver) {
          const askedMs = performance.now();
          const found = await registered();
          if (wanted.every((address) => found.includes(address))) {
            seenMs = performance.now();
          } else missedMs = Math.max(missedMs, askedMs - seenMs);
          await pause(POLL_MS);
        }
        return missedMs;
      })();
      return () => {
        isOver = true;
        return watching;
      };
    },
    async isRegistered() {
      const wanted = runningServers();
      const endMs = performance.now() + RIGHT_MS;
      let found = await registered();
      while (found.sort().join() !== wanted.join()) {
        if (performance.now() > endMs) {
          throw new Failure(
            `Cannot measure etcd: after ${RIGHT_MS} ms ${
              found.join(", ") || "nobody"
            } is registered, and not ${wanted.join(", ")}`,
          );
        }
        await pause(POLL_MS);
        found = await registered();
      }
    },
  };
  const clientOf = (args: string[]) =>
    startProgram(guardian, {
      script: "calculator/client.ts",
      args: [`--broker=${brokers}`, ...args],
      permissions: { net: [...addresses.values()] },
    }, 0);
  for (const name of BROKERS) await system.startBroker(name);
  const servers = await Promise.all(SERVERS.map(system.startCalculator));
  await Promise.all(servers.map((server) => server.said(/^Registered/)));
  keep("client", clientOf(["--interval=100ms"]));
  const calls = started.use(callSteadily(`${brokers}`, perSecond));
  const all = started.move();
  return {
    ...system,
    calls,
    async askAnew() {
      await using client = clientOf(["--once"]);
      await client.said(/ = /);
    },
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}
