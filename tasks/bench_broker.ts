/**
 * `deno task bench:broker`: measures a broker from outside, as its users see
 * it: one process that registers, asks and watches, and the broker beside it.
 *
 * @module
 */

import type { Histogram } from "hdr-histogram-js";
import { build } from "hdr-histogram-js/dist/HistogramBuilder.js";
import { BrokerService } from "../proto/broker/contract.ts";
import type { Registered__Output } from "../proto/types/broker/v1/Registered.ts";
import type { Registration } from "../proto/types/broker/v1/Registration.ts";
import type { WatchUpdate__Output } from "../proto/types/broker/v1/WatchUpdate.ts";
import { type Guardian, startGuardian } from "../runtime/process/guardian.ts";
import { eachLine } from "../runtime/process/output_lines.ts";
import { permissionFlags } from "../runtime/process/permission_flags.ts";
import { readMemory } from "../runtime/process/process_memory.ts";
import { startProcess } from "../runtime/process/start_process.ts";
import { Failure } from "../runtime/program/errors.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { log, print } from "../runtime/program/log.ts";
import { PROJECT } from "../runtime/program/paths.ts";
import { connect, type Connection } from "../runtime/rpc/connect.ts";
import type { MessageStream } from "../runtime/rpc/message_stream.ts";
import { BENCH_FLAGS } from "./bench/flags.ts";
import { printHelp } from "./terminal/help.ts";
import { formatTable } from "./terminal/table.ts";
import { formatBytes } from "./terminal/terminal.ts";

/** How much of each is measured. */
const SIZES = {
  record: {
    resolves: 5_000,
    inFlightResolves: 40_000,
    changes: 2_000,
    changesToHundred: 300,
    kills: 20,
    registrations: 10_000,
    watchers: 1_000,
    changesToThousand: 50,
  },
  quick: {
    resolves: 1_000,
    inFlightResolves: 5_000,
    changes: 300,
    changesToHundred: 30,
    kills: 3,
    registrations: 10_000,
    watchers: 1_000,
    changesToThousand: 5,
  },
};

/** Times of many like events, in milliseconds. */
interface Latency {
  count: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** What is measured. A memory figure is absent where it cannot be read. */
interface Figures {
  /** One after the other. */
  resolve: Latency;
  resolve64: { count: number; perSecond: number };
  /** From the sending of a change to the event that tells it. */
  changeToOneWatcher: Latency;
  changeToEachOf100Watchers: Latency;
  /** From kill -9 of a registered process to the event that tells it. */
  killToEvent: Latency;
  registrations: {
    count: number;
    /** From the first sent to the last confirmed. */
    elapsedMs: number;
    /** List of all of them, in one answer. */
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

/**
 * What etcd 3.4 gave on a machine of this kind, by one client process on the
 * same two cores. Given for comparison; not measured here.
 */
const ETCD_REFERENCE = {
  source: "etcd 3.4 on a machine of this kind; not measured by this command",
  resolve: { p50Ms: 0.29, p99Ms: 2.5 },
  resolve64: { perSecond: 8_500 },
  changeToOneWatcher: { p50Ms: 0.52, p99Ms: 1.2 },
  changeToEachOf100Watchers: { p50Ms: 1.3, p99Ms: 5.4 },
  killToEvent: { p50Ms: 4_400, leaseTtlMs: 5_000 },
};

const SERVICE = "bench.v1.BenchService";

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag is wrong.
 */
export async function benchBroker(argv: string[]): Promise<void> {
  const { json, quick, help } = readFlags(argv, BENCH_FLAGS).flags;
  if (help) {
    return printHelp(
      "bench:broker [flags]",
      "Measures the broker.",
      BENCH_FLAGS,
    );
  }
  const sizes = quick ? SIZES.quick : SIZES.record;
  await using guardian = startGuardian();
  const figures: Figures = {
    ...await measureCalls(guardian, sizes),
    changeToOneWatcher: await measureChanges(guardian, 1, sizes.changes),
    changeToEachOf100Watchers: await measureChanges(
      guardian,
      100,
      sizes.changesToHundred,
    ),
    killToEvent: await measureKills(guardian, sizes.kills),
    registrations: await measureRegistrations(guardian, sizes.registrations),
    watchers: await measureWatchers(
      guardian,
      sizes.watchers,
      sizes.changesToThousand,
    ),
  };
  print(
    json
      ? JSON.stringify(
        {
          command: "bench:broker",
          deno: Deno.version.deno,
          quick,
          ...figures,
          reference: ETCD_REFERENCE,
        },
        undefined,
        2,
      )
      : describe(figures),
  );
}

/** A script that listens, as a process of its own. */
interface Program extends AsyncDisposable {
  pid: number;
  address: string;
  /** Kills it, and waits until it is gone. */
  kill(): Promise<void>;
}

async function startProgram(
  guardian: Guardian,
  script: string,
  args: string[],
  net: string[],
): Promise<Program> {
  const { pid, stderr, stdout, exit } = startProcess({
    program: Deno.execPath(),
    args: [
      "run",
      ...permissionFlags({ net }),
      "--cached-only",
      script,
      ...args,
    ],
    cwd: PROJECT,
  }, guardian);
  const serving = Promise.withResolvers<string>();
  const readAll = async (output: ReadableStream<Uint8Array> | undefined) => {
    for await (const line of eachLine(output ?? ReadableStream.from([]))) {
      const [, address] = /^Serving on (.*)$/.exec(line) ?? [];
      if (address) serving.resolve(address);
    }
    serving.reject(new Failure(`Cannot measure: ${script} does not start`));
  };
  // After it has served, the refusal at the end of its output says nothing.
  serving.promise.catch(() => {});
  const reading = Promise.all([readAll(stderr), readAll(stdout)]);
  const kill = async () => {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // it has ended
    }
    await exit;
    await reading;
    guardian.forget(pid);
  };
  return {
    pid,
    address: await serving.promise,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

function startBroker(guardian: Guardian): Promise<Program> {
  const address = "127.0.0.1:0";
  return startProgram(guardian, "broker/main.ts", [`--address=${address}`], [
    address,
  ]);
}

/** A connection of its own, as another process would have. */
function connectAlone(broker: Program): Connection {
  return connect(broker.address, {
    name: "the broker",
    channel: { "grpc.use_local_subchannel_pool": 1 },
  });
}

function entry(instance: string, port: number, metadata = {}) {
  return {
    service: SERVICE,
    instance,
    address: `127.0.0.1:${port}`,
    version: "1.0.0",
    metadata,
  };
}

type RegisterStream = MessageStream<Registered__Output, Registration>;

/** Registers one entry more or anew, and waits until it stands. */
async function register(stream: RegisterStream, registration: Registration) {
  stream.send(registration);
  await stream.incoming.next();
}

async function measureCalls(
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
  for (let warmUp = 0; warmUp < resolves / 5; warmUp++) await resolve();
  const times = latencies();
  for (let done = 0; done < resolves; done++) {
    const startedAtMs = performance.now();
    await resolve();
    record(times, performance.now() - startedAtMs);
  }

  log(`Resolving ${inFlightResolves} times, 64 in flight`);
  const resolveAll = async (count: number) => {
    let left = count;
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (left-- > 0) await resolve();
      }),
    );
  };
  await resolveAll(inFlightResolves / 5);
  const startedAtMs = performance.now();
  await resolveAll(inFlightResolves);
  const elapsedMs = performance.now() - startedAtMs;
  client.close();
  return {
    resolve: summary(times),
    resolve64: {
      count: inFlightResolves,
      perSecond: Math.round(inFlightResolves / elapsedMs * 1_000),
    },
  };
}

/** Watches one service on a connection of its own or a shared one. */
async function openWatch(client: Connection) {
  const updates = client.serverStream(BrokerService.Watch, {
    service: SERVICE,
  });
  await updates.next(); // the snapshot
  return updates;
}

/** Waits for the event of one change. */
async function seeChange(
  updates: AsyncIterableIterator<WatchUpdate__Output>,
  name: string,
): Promise<void> {
  for (let seen = false; !seen;) {
    const { value, done } = await updates.next();
    if (done) throw new Failure("Cannot measure: a watch has ended");
    const changes = (value as WatchUpdate__Output).changes?.changes ?? [];
    seen = changes.some(({ put }) => put?.metadata["change"] === name);
  }
}

async function measureChanges(
  guardian: Guardian,
  watchers: number,
  changes: number,
): Promise<Latency> {
  log(`Changing an entry ${changes} times before ${watchers} watchers`);
  await using broker = await startBroker(guardian);
  const clients = Array.from({ length: watchers }, () => connectAlone(broker));
  const watches = await Promise.all(clients.map(openWatch));
  const registrant = connectAlone(broker);
  const stream = registrant.duplex(BrokerService.Register);
  const times = latencies();
  const warmUp = Math.ceil(changes / 5);
  for (let done = -warmUp; done < changes; done++) {
    const name = String(done);
    const seen = watches.map(async (updates) => {
      await seeChange(updates, name);
      return performance.now();
    });
    const sentAtMs = performance.now();
    await register(stream, { entry: entry("one", 1, { change: name }) });
    for (const seenAtMs of await Promise.all(seen)) {
      if (done >= 0) record(times, seenAtMs - sentAtMs);
    }
  }
  for (const client of [registrant, ...clients]) client.close();
  return summary(times);
}

async function measureKills(
  guardian: Guardian,
  kills: number,
): Promise<Latency> {
  log(`Killing ${kills} registered processes, one after the other`);
  await using broker = await startBroker(guardian);
  const client = connectAlone(broker);
  const updates = client.serverStream(BrokerService.Watch, { service: "" });
  await updates.next();
  const next = async (what: "put" | "removed") => {
    while (true) {
      const { value, done } = await updates.next();
      if (done) throw new Failure("Cannot measure: a watch has ended");
      const changes = (value as WatchUpdate__Output).changes?.changes ?? [];
      if (changes.some((change) => change.what === what)) return;
    }
  };
  const times = latencies();
  for (let done = 0; done < kills; done++) {
    const server = await startProgram(guardian, "calculator/server.ts", [
      "--address=127.0.0.1:0",
      `--broker=${broker.address}`,
    ], ["127.0.0.1:0", broker.address]);
    await next("put");
    const removed = next("removed");
    const killedAtMs = performance.now();
    const gone = server.kill();
    await removed;
    record(times, performance.now() - killedAtMs);
    await gone;
  }
  client.close();
  return summary(times);
}

async function measureRegistrations(
  guardian: Guardian,
  count: number,
): Promise<Figures["registrations"]> {
  const streamCount = 100;
  log(`Registering ${count} instances over ${streamCount} streams`);
  await using broker = await startBroker(guardian);
  const client = connectAlone(broker);
  await client.unary(BrokerService.List, {});
  const before = await rssOf(broker);
  const startedAtMs = performance.now();
  await Promise.all(
    Array.from({ length: streamCount }, async (_, place) => {
      const stream = client.duplex(BrokerService.Register);
      for (let done = place; done < count; done += streamCount) {
        await register(stream, {
          entry: {
            ...entry(`instance-${done}`, 1 + done),
            // As many services as a large system has.
            service: `bench.v1.Service${done % 1_000}`,
          },
        });
      }
    }),
  );
  const elapsedMs = performance.now() - startedAtMs;
  const listStartedAtMs = performance.now();
  const { entries } = await client.unary(BrokerService.List, {});
  const listMs = performance.now() - listStartedAtMs;
  if (entries.length !== count) {
    throw new Failure(
      `Cannot measure: ${entries.length} of ${count} are there`,
    );
  }
  const after = await rssOf(broker);
  client.close();
  return {
    count,
    elapsedMs: round(elapsedMs),
    listMs: round(listMs),
    ...(before === undefined ? {} : { brokerRssBeforeBytes: before }),
    ...(after === undefined ? {} : { brokerRssBytes: after }),
  };
}

async function measureWatchers(
  guardian: Guardian,
  count: number,
  changes: number,
): Promise<Figures["watchers"]> {
  const connectionCount = 100;
  log(`Watching ${count} times over ${connectionCount} connections`);
  await using broker = await startBroker(guardian);
  const registrant = connectAlone(broker);
  const stream = registrant.duplex(BrokerService.Register);
  await register(stream, { entry: entry("one", 1) });
  const before = await rssOf(broker);
  const clients = Array.from(
    { length: connectionCount },
    () => connectAlone(broker),
  );
  const startedAtMs = performance.now();
  const watches = await Promise.all(
    Array.from(
      { length: count },
      (_, place) => openWatch(clients[place % connectionCount]!),
    ),
  );
  const openMs = performance.now() - startedAtMs;
  const times = latencies();
  for (let done = 0; done < changes; done++) {
    const name = String(done);
    const seen = watches.map((updates) => seeChange(updates, name));
    const sentAtMs = performance.now();
    stream.send({ entry: entry("one", 1, { change: name }) });
    await Promise.all(seen);
    record(times, performance.now() - sentAtMs);
  }
  const after = await rssOf(broker);
  for (const client of [registrant, ...clients]) client.close();
  return {
    count,
    openMs: round(openMs),
    changeToLast: summary(times),
    ...(before === undefined ? {} : { brokerRssBeforeBytes: before }),
    ...(after === undefined ? {} : { brokerRssBytes: after }),
  };
}

function rssOf({ pid }: Program): Promise<number | undefined> {
  return readMemory(pid, "VmRSS");
}

/** Times in whole microseconds, up to a minute. */
function latencies(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  });
}

function record(times: Histogram, ms: number): void {
  times.recordValue(Math.max(1, Math.round(ms * 1_000)));
}

function summary(times: Histogram): Latency {
  const percentileMs = (percentile: number) =>
    round(times.getValueAtPercentile(percentile) / 1_000);
  return {
    count: times.totalCount,
    p50Ms: percentileMs(50),
    p99Ms: percentileMs(99),
    maxMs: percentileMs(100),
  };
}

/** To the microsecond. */
function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

function describe(figures: Figures): string {
  const { resolve, resolve64, killToEvent, registrations, watchers } = figures;
  const etcd = ETCD_REFERENCE;
  const grown = (before?: number, after?: number) =>
    before === undefined || after === undefined
      ? "memory not known"
      : `broker ${formatBytes(before)} to ${formatBytes(after)}`;
  const row = (
    what: string,
    ours: Latency,
    reference: { p50Ms: number; p99Ms: number },
  ) => [
    what,
    `${ms(ours.p50Ms)} / ${ms(ours.p99Ms)}`,
    `${ms(reference.p50Ms)} / ${ms(reference.p99Ms)}`,
  ];
  return formatTable([
    ["MEASURED (p50 / p99)", "DENIZEN", "REFERENCE: ETCD 3.4"],
    row("resolve, in sequence", resolve, etcd.resolve),
    [
      "resolves per second, 64 in flight",
      count(resolve64.perSecond),
      count(etcd.resolve64.perSecond),
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
