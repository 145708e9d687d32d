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
import { pause } from "../proto/abort.ts";
import { type Config, graphOf, requireServices } from "./config.ts";
import { dependentsOf, withDependencies } from "./dependency_order.ts";
import type { ServiceStateEvent } from "./event.ts";
import { openEventFile } from "./event_file.ts";
import { createEventLog, type EventLog } from "./event_log.ts";
import { startGuardian } from "./guardian.ts";
import { type LogFile, openLogFile, type OutputStream } from "./log_file.ts";
import { describeExit } from "./process.ts";
import { createUsageMeter } from "./resource_usage.ts";
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
  /** Where it can be reached, as far as its healthcheck tells. */
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
  /** Stops and starts services. As start(). */
  restart(
    names: readonly string[],
    signal?: AbortSignal,
  ): Promise<ServiceSnapshot[]>;
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

/** Options for {@linkcode createSupervisor}. */
export interface SupervisorOptions {
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
  config: Config,
  { random }: SupervisorOptions = {},
): Promise<Supervisor> {
  await using cleanup = new AsyncDisposableStack();
  cleanup.use(await claimInstance(config.stateDir));
  const leftovers = await reapLeftovers(config.stateDir);
  const logFolder = join(config.stateDir, "logs");
  await Deno.mkdir(logFolder, { recursive: true });
  const runFile = cleanup.use(await createRunFile(config.stateDir));
  const guardian = cleanup.use(startGuardian());

  const graph = graphOf(config);
  const eventFile = cleanup.use(openEventFile(config.stateDir, {
    onFailure: (reason) => say(`events are not written: ${reason}`),
  }));
  const log = createEventLog({
    lastSequence: eventFile.lastSequence,
    record: eventFile.write,
  });
  const listeners = new Set<OutputListener>();
  const meter = createUsageMeter();
  const hurry = new AbortController();
  const ended = Promise.withResolvers<Outcome>();
  const loops = new Map<string, readonly ServiceLoop[]>();
  const active = new Set<ServiceLoop>();
  let shuttingDown: Promise<void> | undefined;

  const tell = async (chunk: OutputChunk) => {
    await Promise.all([...listeners].map((listener) => listener(chunk)));
  };
  const say = (text: string) =>
    void tell({ name: "supervisor", stream: "stderr", text: `${text}\n` });

  const createLoop = (spec: ServiceSpec): ServiceLoop => {
    const file = openLogFile(logFolder, spec.name, spec.logging);
    cleanup.use(file);
    const record = recorder(
      file,
      (reason) =>
        say(`the log of ${spec.name} is no longer written: ${reason}`),
    );
    const loop = createServiceLoop(spec, {
      guardian,
      runFile,
      hurry: hurry.signal,
      ...(random ? { random } : {}),
      untilMayStart: (report, signal) =>
        untilDependenciesMet(spec, loops, report, signal),
      async onOutput(stream, text) {
        await record(stream, text);
        await tell({ name: spec.name, stream, text });
      },
      onChange(previous, message) {
        const { state, restarts } = loop;
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
    });
    return loop;
  };
  for (const [service, specs] of config.services) {
    loops.set(service, specs.map(createLoop));
  }

  /** Ends the supervisor's work when no service will do anything any more. */
  const settleIfOver = () => {
    const states = [...active].map(({ state }) => state);
    const over = states.every((state) =>
      state.status === "failed" || (state.status === "exited" && !state.asked)
    );
    if (!over || states.length === 0) return;
    ended.resolve({
      failures: [...active].flatMap(({ spec: { name }, state }) => {
        const good = state.status === "exited" && state.exit?.code === 0;
        return good ? [] : [{ name, reason: detailOf(state) }];
      }),
    });
  };

  /** Returns the loops that words name; all active ones for no words. */
  const named = (words: readonly string[]): ServiceLoop[] => {
    requireServices(config, words);
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
    for (const service of withDependencies(graph, wanted)) {
      if (wanted.has(service)) continue;
      for (const loop of loops.get(service) ?? []) {
        active.add(loop);
        if (isAtRest(loop.state) && !hasCompleted(loop.state)) loop.start();
      }
    }
  };

  const untilUp = async (
    chosen: readonly ServiceLoop[],
    signal: AbortSignal | undefined,
  ) => {
    await reachAll(
      chosen,
      (state) => isUp(state) || state.status === "failed" || hasEnded(state),
      signal,
    );
    return chosen.map(snapshotOf);
  };

  /** Stops the chosen ones, each after those that depend on it. */
  const stopInOrder = async (
    chosen: readonly ServiceLoop[],
    signal?: AbortSignal,
  ) => {
    const dependents = dependentsOf(graph);
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
    const inOrder = withDependencies(graph, servicesOf(chosen)).reverse()
      .flatMap((service) =>
        chosen.filter(({ spec }) => spec.service === service)
      );
    for (const loop of inOrder) resting.set(loop, rest(loop));
    await Promise.all(resting.values());
  };

  const shutdown = async (reason?: string) => {
    const why = reason === undefined ? "" : `: ${reason}`;
    const message = `everything is stopped${why}`;
    log.append({ type: "supervisor_stopping", message });
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
    message: `process ${Deno.pid} supervises ${basename(config.path)}`,
  });
  const held = cleanup.move();
  const supervisor: Supervisor = {
    config,
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
      startDependencies(chosen);
      for (const loop of chosen) loop.start();
      return untilUp(chosen, signal);
    },
    async stop(names, signal) {
      const chosen = named(names).filter((loop) => active.has(loop));
      await stopInOrder(chosen, signal);
      return chosen.map(snapshotOf);
    },
    async restart(names, signal) {
      const chosen = named(names);
      for (const loop of chosen) active.add(loop);
      startDependencies(chosen);
      await stopInOrder(chosen.filter(({ state }) => !isAtRest(state)), signal);
      for (const loop of chosen) loop.start();
      return await untilUp(chosen, signal);
    },
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
      return state.exit ? describeExit(state.exit) : "stopped before it ran";
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

/** Writes to a log until that fails once: a full disk stops no service. */
function recorder(file: LogFile, report: (reason: string) => void) {
  let broken = false;
  return async (stream: OutputStream, text: string) => {
    if (broken) return;
    try {
      await file.write(stream, text);
    } catch (error) {
      if (!broken) report(error instanceof Error ? error.message : `${error}`);
      broken = true;
    }
  };
}
