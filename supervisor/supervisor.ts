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
import { startGuardian } from "../runtime/process/guardian.ts";
import { createUsageMeter } from "../runtime/process/resource_usage.ts";
import { aborted, pause } from "../runtime/program/abort.ts";
import { logDefect } from "../runtime/program/log.ts";
import {
  describeLoss,
  type OutputLoss,
} from "../runtime/program/lost_output.ts";
import { shortPath } from "../runtime/program/paths.ts";
import type { ServiceChange } from "./config/changes.ts";
import { type Config, graphOf, requireServices } from "./config/config.ts";
import type { ServiceSpec } from "./config/service_spec.ts";
import { type LostOutput, serviceStateEvent } from "./events/event.ts";
import { openEventFile } from "./events/event_file.ts";
import { createEventLog, type EventLog } from "./events/event_log.ts";
import { enforceMemoryLimits } from "./fleet/memory_limits.ts";
import { createOrderedChanges, reachAll } from "./fleet/ordered_changes.ts";
import { untilReady } from "./fleet/readiness.ts";
import { type Applying, createReloader, type Fleet } from "./fleet/reload.ts";
import { createLossTeller } from "./events/loss_teller.ts";
import type { OutputStream } from "./logs/log_file.ts";
import { openLogs } from "./logs/log_files.ts";
import { untilDependenciesMet } from "./service/dependency_wait.ts";
import { createServiceLoop, type ServiceLoop } from "./service/service_loop.ts";
import {
  detailOf,
  type MeasuredSnapshot,
  type ServiceSnapshot,
  snapshotOf,
} from "./service/snapshot.ts";
import { hasEnded, isAlive, isSettled } from "./service/state.ts";
import { createStrayFinder } from "./service/stray_processes.ts";
import {
  createRunFile,
  type Leftover,
  reapLeftovers,
} from "./state_folder/run_file.ts";
import { claimInstance } from "./state_folder/single_instance.ts";
import { keepState } from "./state_folder/state_keeper.ts";
import { createModuleWatches } from "./watch/module_watches.ts";

/**
 * A block of whole lines, each ending with "\n"; or a text without line end, such
 * as a prompt, which goes on with the next block of the same stream.
 */
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
  /** What an earlier supervisor had left behind; ended as far as it may be. */
  readonly leftovers: readonly Leftover[];
  /** What has happened, and what will. */
  readonly events: Pick<EventLog, "known" | "follow">;
  /** The services that were asked for, in the order of the config. */
  snapshot(): ServiceSnapshot[];
  /** As snapshot(), with the use of processor and memory. */
  measure(): Promise<MeasuredSnapshot[]>;
  /** What else is to be known of this supervisor, a sentence each. */
  notes(): readonly string[];
  /** Takes note of lines that whoever shows the output could not write. */
  tellOfLoss(output: Exclude<LostOutput, "log">, loss: OutputLoss): void;
  /** Calls back when the state folder was removed and is made anew. */
  onStateRenewed(listener: () => Promise<void>): void;
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
   * Waits until services are ready, or one has failed for good; changes nothing.
   *
   * @param names Services or replicas; empty: all that are to run.
   * @throws {UsageError} For a name that is not in the config.
   */
  wait(names: readonly string[], signal?: AbortSignal): Promise<Waited>;
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

/** How services were when the wait for them was over. */
export interface Waited {
  services: ServiceSnapshot[];
  /** The names of those that are not ready. */
  late: string[];
  /** True if one of them has failed for good. */
  failed: boolean;
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
  const instance = cleanup.use(await claimInstance(initialConfig));
  const leftovers = await reapLeftovers(stateDir);
  const logFolder = join(stateDir, "logs");
  await Deno.mkdir(logFolder, { recursive: true });
  const runFile = cleanup.use(
    await createRunFile(
      stateDir,
      leftovers.filter(({ left }) => left.length > 0),
    ),
  );
  const guardian = cleanup.use(startGuardian());
  const losses = createLossTeller((event) => log.append(event));
  const logs = cleanup.use(
    openLogs(
      logFolder,
      (name, loss) => losses.tell("log", loss, name),
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
  const strays = createStrayFinder();
  const hurry = new AbortController();
  const closing = new AbortController();
  const ended = Promise.withResolvers<Outcome>();
  const loops = new Map<string, readonly ServiceLoop[]>();
  const active = new Set<ServiceLoop>();
  let shuttingDown: Promise<void> | undefined;

  const tell = async (chunk: OutputChunk) => {
    await Promise.all([...listeners].map(async (listener) => {
      try {
        await listener(chunk);
      } catch (error) {
        // Whoever shows the output must not end what it is the output of.
        listeners.delete(listener);
        logDefect("showing output", error);
      }
    }));
  };
  const say = (text: string) =>
    void tell({ name: "supervisor", stream: "stderr", text: `${text}\n` });

  const everyLoop = () => [...loops.values()].flat();
  const createLoop = (initialSpec: ServiceSpec): ServiceLoop => {
    const loop: ServiceLoop = createServiceLoop(initialSpec, {
      guardian,
      runFile,
      strays,
      hurry: hurry.signal,
      serviceOf: (group) =>
        everyLoop().find(({ state }) => isAlive(state) && state.pid === group)
          ?.spec.name,
      isOthersPort: (port, service) =>
        everyLoop().some(({ spec }) =>
          spec.port === port && spec.service !== service
        ),
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
        const event = serviceStateEvent(
          { name: spec.name, state, restarts },
          previous,
        );
        log.append({ ...event, message });
        if (isAlive(state) && !isAlive(previous)) logs.forgetLoss(spec.name);
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
      state.status === "failed" || hasEnded(state)
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

  const untilUp = async (
    chosen: readonly ServiceLoop[],
    signal: AbortSignal | undefined,
  ) => {
    await reachAll(chosen, isSettled, signal);
    return chosen.map(look);
  };

  const fleet: Fleet = {
    config: initialConfig,
    loops,
    active,
    choose,
    prepare,
    createLoop,
    announce: log.append,
    stop: (chosen) => changes.stop(chosen),
    restart: (chosen) => changes.restart(chosen),
  };
  const graph = () => graphOf(fleet.config);
  const changes = createOrderedChanges({
    loops,
    graph,
    activate(chosen) {
      for (const loop of chosen) active.add(loop);
      watches.update();
    },
    closing: closing.signal,
  });
  const reloader = createReloader(fleet);
  const watches = cleanup.use(createModuleWatches({
    active: () => [...active],
    graph,
    folder: () => fleet.config.folder,
    restart: changes.restart,
  }));
  cleanup.use(
    enforceMemoryLimits(
      () => active,
      (reason) => say(`mem_limit does not hold: ${reason}`),
    ),
  );

  /** Waits until a change of the config is carried out, or `signal` aborts. */
  const outcomeOf = async (
    { changes: made, done }: Applying,
    signal: AbortSignal = closing.signal,
  ): Promise<Reloaded> => {
    const settled = done.then(() => {
      watches.update();
      settleIfOver();
    });
    await Promise.race([settled, aborted(signal)]);
    const names = made.flatMap(({ starts, restarts }) => [
      ...starts,
      ...restarts,
    ]);
    const touched = [...loops.values()].flat()
      .filter(({ spec }) => names.includes(spec.name));
    return { changes: made, services: await untilUp(touched, signal) };
  };

  const shutdown = async (reason?: string) => {
    const why = reason === undefined ? "" : `: ${reason}`;
    const message = `everything is stopped${why}`;
    log.append({ type: "supervisor_stopping", message });
    closing.abort();
    await watches[Symbol.asyncDispose]();
    await changes.stop([...active]);
    const drained = Promise.all([...active].map((loop) => loop.drained()));
    const over = new AbortController();
    await Promise.race([drained, pause(DRAIN_MS, over.signal)]);
    over.abort();
    losses.tellRest();
    log.append({
      type: "supervisor_stopped",
      message: "everything has stopped",
    });
    await held.disposeAsync();
  };

  const renewers: (() => Promise<void>)[] = [];
  cleanup.use(keepState(stateDir, instance, {
    async onRenewed() {
      await Deno.mkdir(logFolder, { recursive: true });
      runFile.renew();
      const message = `somebody has removed ${
        shortPath(stateDir)
      }; it is made anew, without its earlier logs and events`;
      log.append({ type: "state_renewed", message });
      await Promise.all(renewers.map((renew) => renew()));
    },
    onFailure: (reason) =>
      say(`${shortPath(stateDir)} is gone and cannot be made anew: ${reason}`),
  }));
  log.append({
    type: "supervisor_started",
    pid: Deno.pid,
    message: `process ${Deno.pid} supervises ${basename(initialConfig.path)}`,
  });
  const held = cleanup.move();
  const look = (loop: ServiceLoop): ServiceSnapshot => {
    const loss = logs.lossOf(loop.spec.name);
    const notes = [
      loss ? describeLoss("log", loss) : "",
      loop.leftBehind,
    ].filter((words) => words !== "");
    return { ...snapshotOf(loop), ...(notes.length > 0 ? { notes } : {}) };
  };
  const supervisor: Supervisor = {
    get config() {
      return fleet.config;
    },
    leftovers,
    events: log,
    ended: ended.promise,
    snapshot: () => named([]).map(look),
    notes: losses.notes,
    tellOfLoss: losses.tell,
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
    onStateRenewed: (listener) => void renewers.push(listener),
    onOutput(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    start(names, signal) {
      const chosen = named(names);
      changes.start(chosen);
      return untilUp(chosen, signal);
    },
    async stop(names, signal) {
      const chosen = named(names).filter((loop) => active.has(loop));
      await changes.stop(chosen, signal);
      return chosen.map(look);
    },
    async restart(names, signal) {
      const chosen = named(names);
      await changes.restart(chosen, signal);
      return await untilUp(chosen, signal);
    },
    async wait(names, signal = closing.signal) {
      const chosen = named(names);
      const over = AbortSignal.any([signal, closing.signal]);
      const isNamed = names.length > 0;
      const { late, failed } = await untilReady(chosen, isNamed, over);
      return {
        services: chosen.map(look),
        late: late.map(({ spec }) => spec.name),
        failed,
      };
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
