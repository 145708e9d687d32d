/**
 * Keeps the services of one config running: starts them in the order of their
 * dependencies, stops them in reverse, and leaves nothing behind.
 *
 * Each service has a loop of its own (service_loop.ts); this is what they share.
 * A view reads `snapshot()`, follows `events` and listens to `onOutput()`.
 *
 * @module
 */

import { basename, join } from "node:path";
import { aborted, pause } from "../proto/abort.ts";
import { type Config, graphOf, requireServices } from "./config.ts";
import type { ServiceChange } from "./config_changes.ts";
import { dependentsOf, withDependencies } from "./dependency_order.ts";
import type { ServiceStateEvent } from "./event.ts";
import { openEventFile } from "./event_file.ts";
import { createEventLog, type EventLog } from "./event_log.ts";
import { startGuardian } from "./guardian.ts";
import type { OutputStream } from "./log_file.ts";
import { openLogs } from "./log_files.ts";
import { describeExit } from "./process.ts";
import { type Applying, createReloader, type Fleet } from "./reload.ts";
import { createUsageMeter } from "./resource_usage.ts";
import { enforceMemoryLimits } from "./memory_limits.ts";
import { createModuleWatches } from "./module_watches.ts";
import { replaceOneByOne } from "./rolling_restart.ts";
import { createRunFile, reapLeftovers, type RunEntry } from "./run_file.ts";
import { createServiceLoop, type ServiceLoop } from "./service_loop.ts";
import { addressOf, type Condition, type ServiceSpec } from "./service_spec.ts";
import { claimInstance } from "./single_instance.ts";
import { isAlive, isAtRest, isUp, type State, type Status } from "./state.ts";

/** What a service or replica is doing, at one moment. */
export interface ServiceSnapshot {
  /** Unique; with replicas `<service>-<number>`. */
  name: string;
  /** The name in the config. */
  service: string;
  status: Status;
  pid?: number;
  /** How often it was started again after it had ended by itself. */
  restarts: number;
  uptimeMs?: number;
  /** Where it can be reached, as far as its port or healthcheck tells. */
  address?: string;
  /** The reason for its status in a few words; may be empty. */
  detail: string;
}

/** A snapshot with what the process group uses of the machine. */
export interface MeasuredSnapshot extends ServiceSnapshot {
  /** Percent of one processor; absent where it cannot be measured. */
  cpuPercent?: number;
  rssBytes?: number;
}

/** A block of whole lines, each ending with "\n". */
export interface OutputChunk {
  /** The unique name of the service; "supervisor" for our own words. */
  name: string;
  stream: OutputStream;
  text: string;
}

/** Takes output; who wrote it waits for the promise. */
export type OutputListener = (chunk: OutputChunk) => void | Promise<void>;

/** How it went when every service has ended by itself. */
export interface Outcome {
  /** Those that failed, with the reason. */
  failures: { name: string; reason: string }[];
}

/** A running supervisor. Disposing shuts it down. */
export interface Supervisor extends AsyncDisposable {
  /** The config in force. */
  readonly config: Config;
  /** What an earlier supervisor had left behind; it has been ended. */
  readonly leftovers: readonly RunEntry[];
  /** What has happened, and what will. */
  readonly events: Pick<EventLog, "known" | "follow">;
  /** The services that were asked for, in the order of the config. */
  snapshot(): ServiceSnapshot[];
  /** As snapshot(), with the use of processor and memory. */
  measure(): Promise<MeasuredSnapshot[]>;
  /** Listens to what the services write, until disposed. */
  onOutput(listener: OutputListener): Disposable;
  /**
   * Starts services with their dependencies and waits until they are up.
   *
   * @param names Services or replicas; empty: all that were asked for so far.
   * @returns The snapshots of those named, once each is up or has failed, or
   * when `signal` aborts.
   * @throws {UsageError} For a name that is not in the config.
   */
  start(
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<ServiceSnapshot[]>;
  /** Stops services, those that depend on others first. As start(). */
  stop(
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<ServiceSnapshot[]>;
  /**
   * Stops and starts services; the replicas of one service one at a time. As
   * start().
   */
  restart(
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<ServiceSnapshot[]>;
  /**
   * Reads the config file again, and starts, stops and restarts what differs.
   *
   * @throws {UsageError} If the file is wrong; nothing is changed then.
   */
  reload(
    options?: { dryRun?: boolean; signal?: AbortSignal },
  ): Promise<Reloaded>;
  /**
   * Changes how many replicas of services run, until the next reload.
   *
   * @throws {UsageError} If there is no such service, or it cannot run so often.
   */
  scale(
    replicas: ReadonlyMap<string, number>,
    signal?: AbortSignal,
  ): Promise<Reloaded>;
  /** Resolves when every service has ended by itself, with how it went. */
  readonly ended: Promise<Outcome>;
  /**
   * Stops everything in reverse order and releases the config.
   *
   * @param reason For the event that tells of it.
   */
  shutdown(reason?: string): Promise<void>;
  /** Ends every grace period: what is being stopped is killed. */
  hurry(): void;
}

/** What a change of the config has done, or would do. */
export interface Reloaded {
  changes: ServiceChange[];
  /** Those that it started or restarted, as start() returns them. */
  services: ServiceSnapshot[];
}

/** Options for {@linkcode createSupervisor}. */
export interface SupervisorOptions {
  /**
   * Returns what runs when nobody names any service: what a reload starts and
   * stops goes by it. @default {all services}
   */
  choose?: (config: Config) => readonly string[];
  /**
   * Prepares each config that comes into force later; throws a UsageError where
   * it cannot. The first one is taken as it is. @default {as it is}
   */
  prepare?: (config: Config) => Config;
  /** From 0 up to but not including 1, for backoff. @default {Math.random} */
  random?: () => number;
}

/** How long output is waited for after the last process, in milliseconds. */
const DRAIN_MS = 2_000;

/**
 * Takes charge of a config: claims it, and ends what an earlier supervisor has
 * left behind. Starts nothing yet.
 *
 * @throws {Fault} `already_exists` if another supervisor runs the config.
 */
export async function createSupervisor(
  initialConfig: Config,
  {
    choose = ({ services }) => [...services.keys()],
    prepare = (config) => config,
    random,
  }: SupervisorOptions = {},
): Promise<Supervisor> {
  const { stateDir } = initialConfig;
  await using cleanup = new AsyncDisposableStack();
  cleanup.use(await claimInstance(stateDir));
  const leftovers = await reapLeftovers(stateDir);
  const logFolder = join(stateDir, "logs");
  await Deno.mkdir(logFolder, { recursive: true });
  const runFile = cleanup.use(await createRunFile(stateDir));
  const guardian = cleanup.use(startGuardian());
  const logs = cleanup.use(
    openLogs(
      logFolder,
      (name, reason) =>
        say(`the log of ${name} is no longer written: ${reason}`),
    ),
  );

  const eventFile = cleanup.use(openEventFile(stateDir, {
    onFailure: (reason) => say(`events are not written: ${reason}`),
  }));
  const log = createEventLog({
    lastSequence: eventFile.lastSequence,
    record: eventFile.write,
  });
  const listeners = new Set<OutputListener>();
  const meter = createUsageMeter();
  const hurry = new AbortController();
  const closing = new AbortController();
  const ended = Promise.withResolvers<Outcome>();
  const loops = new Map<string, readonly ServiceLoop[]>();
  const active = new Set<ServiceLoop>();
  const rolls = new Map<string, Promise<void>>();
  let shuttingDown: Promise<void> | undefined;

  const tell = async (chunk: OutputChunk) => {
    await Promise.all([...listeners].map((listener) => listener(chunk)));
  };
  const say = (text: string) =>
    void tell({ name: "supervisor", stream: "stderr", text: `${text}\n` });

  const createLoop = (initialSpec: ServiceSpec): ServiceLoop => {
    const loop: ServiceLoop = createServiceLoop(initialSpec, {
      guardian,
      runFile,
      hurry: hurry.signal,
      ...(random ? { random } : {}),
      untilMayStart: (report, signal) =>
        untilDependenciesMet(loop.spec, loops, report, signal),
      async onOutput(stream, text) {
        const { name, logging } = loop.spec;
        await logs.write(name, logging, stream, text);
        await tell({ name, stream, text });
      },
      onChange(previous, message) {
        const { spec, state, restarts } = loop;
        log.append({
          type: "service_state",
          service: spec.name,
          status: state.status,
          previous: previous.status,
          ...(isAlive(state) ? { pid: state.pid } : {}),
          restarts,
          ...exitFields(state),
          message,
        });
        settleIfOver();
      },
      onNote(note, message) {
        log.append({ ...note, service: loop.spec.name, message });
      },
    });
    return loop;
  };
  for (const [service, specs] of initialConfig.services) {
    loops.set(service, specs.map(createLoop));
  }

  /** Ends the supervisor's work when no service will do anything any more. */
  const settleIfOver = () => {
    const states = [...active].map(({ state }) => state);
    const over = states.every((state) =>
      state.status === "failed" || (state.status === "exited" && !state.asked)
    );
    if (!over || states.length === 0) return;
    // The next change of its source may bring a watched one back.
    if ([...active].some(({ spec }) => spec.watch)) return;
    ended.resolve({
      failures: [...active].flatMap(({ spec: { name }, state }) => {
        const good = state.status === "exited" && state.exit?.code === 0;
        return good ? [] : [{ name, reason: detailOf(state) }];
      }),
    });
  };

  /** Returns the loops that words name; all active ones for no words. */
  const named = (words: readonly string[]): ServiceLoop[] => {
    requireServices(fleet.config, words);
    const chosen = [...loops].flatMap(([service, replicas]) =>
      replicas.filter((loop) =>
        words.length === 0
          ? active.has(loop)
          : words.includes(service) || words.includes(loop.spec.name)
      )
    );
    return chosen;
  };

  const servicesOf = (chosen: readonly ServiceLoop[]) =>
    new Set(chosen.map(({ spec }) => spec.service));

  /** Starts what the chosen ones depend on, unless that has run or runs. */
  const startDependencies = (chosen: readonly ServiceLoop[]) => {
    const wanted = servicesOf(chosen);
    for (const service of withDependencies(graph(), wanted)) {
      if (wanted.has(service)) continue;
      for (const loop of loops.get(service) ?? []) {
        active.add(loop);
        if (isAtRest(loop.state) && !hasCompleted(loop.state)) begin(loop);
      }
    }
    watches.update();
  };

  /** Starts a loop, unless everything is being stopped. */
  const begin = (loop: ServiceLoop) => {
    if (!closing.signal.aborted) loop.start();
  };

  const untilUp = async (
    chosen: readonly ServiceLoop[],
    signal: AbortSignal | undefined,
  ) => {
    await reachAll(
      chosen,
      isSettled,
      signal,
    );
    return chosen.map(snapshotOf);
  };

  /** Stops the chosen ones, each after those that depend on it. */
  const stopInOrder = async (
    chosen: readonly ServiceLoop[],
    signal?: AbortSignal,
  ) => {
    const dependents = dependentsOf(graph());
    const rest = async (loop: ServiceLoop) => {
      const before = chosen.filter((other) =>
        dependents.get(loop.spec.service)?.includes(other.spec.service)
      );
      await Promise.all(before.map((other) => resting.get(other)));
      if (signal?.aborted) return;
      const atRest = settled(loop);
      loop.stop();
      await atRest;
    };
    const settled = (loop: ServiceLoop) =>
      // A loop that waits for its dependencies is only at rest once told.
      loop.until(
        (state) => isAtRest(state) && state.status !== "pending",
        signal,
      ).catch((error) => {
        if (!signal?.aborted) throw error;
      });
    const resting = new Map<ServiceLoop, Promise<void>>();
    const inOrder = withDependencies(graph(), servicesOf(chosen)).reverse()
      .flatMap((service) =>
        chosen.filter(({ spec }) => spec.service === service)
      );
    for (const loop of inOrder) resting.set(loop, rest(loop));
    await Promise.all(resting.values());
  };

  /** Replaces replicas one at a time, also when two ask for it at once. */
  const rollInTurn = (
    service: string,
    replicas: readonly ServiceLoop[],
    signal: AbortSignal,
  ): Promise<void> => {
    const before = rolls.get(service) ?? Promise.resolve();
    const mine = before.then(() => replaceOneByOne(replicas, begin, signal));
    rolls.set(service, mine.catch(() => {})); // whoever asked for it is told
    return mine;
  };

  /** Stops and starts the chosen ones; replicas one at a time. */
  const restartInOrder = async (
    chosen: readonly ServiceLoop[],
    signal?: AbortSignal,
  ) => {
    for (const loop of chosen) active.add(loop);
    watches.update();
    startDependencies(chosen);
    const until = signal
      ? AbortSignal.any([signal, closing.signal])
      : closing.signal;
    const rolled = new Set(
      [...servicesOf(chosen)].filter((service) => canRoll(of(service, chosen))),
    );
    const atOnce = chosen.filter(({ spec }) => !rolled.has(spec.service));
    await stopInOrder(atOnce.filter(({ state }) => !isAtRest(state)), until);
    const before = new Set<ServiceLoop>();
    for (const service of withDependencies(graph(), servicesOf(chosen))) {
      const replicas = of(service, chosen);
      if (rolled.has(service)) {
        await reachAll([...before], isSettled, until);
        await rollInTurn(service, replicas, until);
      } else {
        for (const loop of replicas) begin(loop);
      }
      for (const loop of replicas) before.add(loop);
    }
  };

  const fleet: Fleet = {
    config: initialConfig,
    loops,
    active,
    choose,
    prepare,
    createLoop,
    announce: log.append,
    stop: (chosen) => stopInOrder(chosen),
    restart: (chosen) => restartInOrder(chosen),
  };
  const graph = () => graphOf(fleet.config);
  const reloader = createReloader(fleet);
  const watches = cleanup.use(createModuleWatches({
    active: () => [...active],
    graph,
    folder: () => fleet.config.folder,
    restart: restartInOrder,
  }));
  cleanup.use(
    enforceMemoryLimits(
      () => active,
      (reason) => say(`mem_limit does not hold: ${reason}`),
    ),
  );

  /** Waits until a change of the config is carried out, or `signal` aborts. */
  const outcomeOf = async (
    { changes, done }: Applying,
    signal: AbortSignal = closing.signal,
  ): Promise<Reloaded> => {
    const settled = done.then(() => {
      watches.update();
      settleIfOver();
    });
    await Promise.race([settled, aborted(signal)]);
    const names = changes.flatMap(({ starts, restarts }) => [
      ...starts,
      ...restarts,
    ]);
    const touched = [...loops.values()].flat()
      .filter(({ spec }) => names.includes(spec.name));
    return { changes, services: await untilUp(touched, signal) };
  };

  const shutdown = async (reason?: string) => {
    const why = reason === undefined ? "" : `: ${reason}`;
    const message = `everything is stopped${why}`;
    log.append({ type: "supervisor_stopping", message });
    closing.abort();
    await watches[Symbol.asyncDispose]();
    await stopInOrder([...active]);
    const drained = Promise.all([...active].map((loop) => loop.drained()));
    const over = new AbortController();
    await Promise.race([drained, pause(DRAIN_MS, over.signal)]);
    over.abort();
    log.append({
      type: "supervisor_stopped",
      message: "everything has stopped",
    });
    await held.disposeAsync();
  };

  log.append({
    type: "supervisor_started",
    pid: Deno.pid,
    message: `process ${Deno.pid} supervises ${basename(initialConfig.path)}`,
  });
  const held = cleanup.move();
  const supervisor: Supervisor = {
    get config() {
      return fleet.config;
    },
    leftovers,
    events: log,
    ended: ended.promise,
    snapshot: () => named([]).map(snapshotOf),
    async measure() {
      const snapshots = supervisor.snapshot();
      const usages = await meter.measure(
        snapshots.flatMap(({ pid }) => pid === undefined ? [] : [pid]),
      );
      return snapshots.map((each) => ({
        ...each,
        ...(each.pid === undefined ? {} : usages.get(each.pid)),
      }));
    },
    onOutput(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    start(names, signal) {
      const chosen = named(names);
      for (const loop of chosen) active.add(loop);
      watches.update();
      startDependencies(chosen);
      for (const loop of chosen) begin(loop);
      return untilUp(chosen, signal);
    },
    async stop(names, signal) {
      const chosen = named(names).filter((loop) => active.has(loop));
      await stopInOrder(chosen, signal);
      return chosen.map(snapshotOf);
    },
    async restart(names, signal) {
      const chosen = named(names);
      await restartInOrder(chosen, signal);
      return await untilUp(chosen, signal);
    },
    async reload({ dryRun = false, signal } = {}) {
      const applying = await reloader.reload(dryRun);
      return dryRun
        ? { changes: applying.changes, services: [] }
        : await outcomeOf(applying, signal);
    },
    scale: async (replicas, signal) =>
      await outcomeOf(await reloader.scale(replicas), signal),
    shutdown: (reason) => shuttingDown ??= shutdown(reason),
    hurry: () => hurry.abort(),
    [Symbol.asyncDispose]: () => supervisor.shutdown(),
  };
  return supervisor;
}

function snapshotOf({ spec, state, restarts }: ServiceLoop): ServiceSnapshot {
  const address = addressOf(spec);
  return {
    name: spec.name,
    service: spec.service,
    status: state.status,
    ...(isAlive(state)
      ? { pid: state.pid, uptimeMs: Date.now() - state.startedAtMs }
      : {}),
    restarts,
    ...(address === undefined ? {} : { address }),
    detail: detailOf(state),
  };
}

/** Says why a service is in its state; empty where that needs no words. */
function detailOf(state: State): string {
  switch (state.status) {
    case "pending":
      return state.waitingFor ? `waits for ${state.waitingFor}` : "";
    case "backing_off":
    case "unhealthy":
    case "failed":
      return state.reason;
    case "exited":
      return state.reason ??
        (state.exit ? describeExit(state.exit) : "stopped before it ran");
    case "starting":
    case "running":
    case "healthy":
    case "stopping":
      return "";
  }
}

/** Tells how a process ended, where that is what the state is about. */
function exitFields(
  state: State,
): Pick<ServiceStateEvent, "exitCode" | "signal" | "asked"> {
  const exit = "exit" in state ? state.exit : undefined;
  return {
    ...(exit ? { exitCode: exit.code } : {}),
    ...(exit?.signal ? { signal: exit.signal } : {}),
    ...(state.status === "exited" ? { asked: state.asked } : {}),
  };
}

/** Returns those of some loops that belong to a service. */
function of(
  service: string,
  loops: readonly ServiceLoop[],
): readonly ServiceLoop[] {
  return loops.filter(({ spec }) => spec.service === service);
}

/** True when replicas can be replaced while the others answer. */
function canRoll(replicas: readonly ServiceLoop[]): boolean {
  const up = replicas.filter(({ state }) => isUp(state));
  // With a new config one may be about to listen where another still does.
  const isTaken = ({ spec }: ServiceLoop, by: ServiceLoop) =>
    by.inUse !== undefined && addressOf(spec) !== undefined &&
    addressOf(spec) === addressOf(by.inUse.spec);
  return up.length > 1 &&
    !up.some((each) =>
      up.some((other) => other !== each && isTaken(each, other))
    );
}

/** True when a service is up, or will not be without somebody's wish. */
function isSettled(state: State): boolean {
  return isUp(state) || state.status === "failed" || hasEnded(state);
}

function hasEnded(state: State): boolean {
  return state.status === "exited" && !state.asked;
}

function hasCompleted(state: State): boolean {
  return hasEnded(state) && state.status === "exited" && state.exit?.code === 0;
}

/** Waits until all loops are in a wanted state, or until `signal` aborts. */
async function reachAll(
  loops: readonly ServiceLoop[],
  wanted: (state: State) => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await Promise.all(loops.map((loop) => loop.until(wanted, signal)));
  } catch (error) {
    // The caller sees in the snapshots how far they got.
    if (!signal?.aborted) throw error;
  }
}

function inWords(condition: Condition): string {
  switch (condition) {
    case "service_started":
      return "to be started";
    case "service_healthy":
      return "to be healthy";
    case "service_completed_successfully":
      return "to complete";
  }
}

/** Resolves when a service may start; throws when it never can. */
async function untilDependenciesMet(
  { dependsOn }: ServiceSpec,
  loops: ReadonlyMap<string, readonly ServiceLoop[]>,
  report: (waitingFor: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    dependsOn.flatMap(({ service, condition }) =>
      (loops.get(service) ?? []).map(async (loop) => {
        const { name } = loop.spec;
        if (!isMet(condition, loop.state)) {
          report(`${name} ${inWords(condition)}`);
        }
        const state = await loop.until(
          (each) => isMet(condition, each) || isHopeless(condition, each),
          signal,
        );
        if (isMet(condition, state)) return;
        throw new Error(
          `cannot start: it waits for ${name} ${inWords(condition)}, and that ${
            state.status === "failed" ? "has failed" : detailOf(state)
          }`,
        );
      })
    ),
  );
}

function isMet(condition: Condition, state: State): boolean {
  switch (condition) {
    case "service_started":
      return isAlive(state) && state.status !== "stopping" || hasEnded(state);
    case "service_healthy":
      return state.status === "healthy";
    case "service_completed_successfully":
      return hasCompleted(state);
  }
}

/** True when only somebody's wish can still bring about the condition. */
function isHopeless(condition: Condition, state: State): boolean {
  return state.status === "failed" ||
    (condition !== "service_started" && hasEnded(state));
}
