/**
 * Keeps the services of one config running: starts them in the order of their
 * dependencies, stops them in reverse, and leaves nothing behind.
 *
 * Each service has a loop of its own (service_loop.ts); fleet/ is all of them. Here
 * they are wired to what they share. A view reads `snapshot()`, follows `events`
 * and listens to `onOutput()`.
 *
 * @module
 */

import { basename } from "node:path";
import { type Guardian, startGuardian } from "../runtime/process/guardian.ts";
import { createUsageMeter } from "../runtime/process/resource_usage.ts";
import { keepToken, writeToken } from "../runtime/files/token_file.ts";
import { abortOnDispose, pause } from "../runtime/program/abort.ts";
import {
  describeLoss,
  type OutputLoss,
} from "../runtime/program/lost_output.ts";
import { shortPath } from "../runtime/program/paths.ts";
import { reloadByHand } from "../runtime/rpc/tls/own_identity.ts";
import { createToken } from "../runtime/rpc/token.ts";
import type { Config } from "./config/config.ts";
import type { ServiceSpec } from "./config/service_spec.ts";
import { type LostOutput, serviceStateEvent } from "./events/event.ts";
import type { EventLog } from "./events/event_log.ts";
import { createFleet, type Fleet } from "./fleet/fleet.ts";
import {
  createFleetCommands,
  type FleetCommands,
} from "./fleet/fleet_commands.ts";
import { enforceMemoryLimits } from "./fleet/memory_limits.ts";
import { createOrderedChanges } from "./fleet/ordered_changes.ts";
import { type Outcome, outcomeOf } from "./fleet/outcome.ts";
import { createReloader } from "./fleet/reload.ts";
import {
  createOutputListeners,
  type OutputChunk,
  type OutputListener,
} from "./logs/output_listeners.ts";
import { openRecords, type Records } from "./records.ts";
import { untilDependenciesMet } from "./service/dependency_wait.ts";
import { createServiceLoop, type ServiceLoop } from "./service/service_loop.ts";
import {
  type MeasuredSnapshot,
  type ServiceSnapshot,
  snapshotOf,
} from "./service/snapshot.ts";
import { isAlive } from "./service/state.ts";
import { createModuleGuard } from "./modules/module_guard.ts";
import { createStrayFinder } from "./service/stray_processes.ts";
import { type Leftover, reapLeftovers } from "./state_folder/run_file.ts";
import { claimInstance } from "./state_folder/single_instance.ts";
import { keepState } from "./state_folder/state_keeper.ts";
import { createModuleWatches } from "./watch/module_watches.ts";

export type { Reloaded, Waited } from "./fleet/fleet_commands.ts";
export type { Outcome } from "./fleet/outcome.ts";
export type { OutputChunk, OutputListener } from "./logs/output_listeners.ts";

/** A running supervisor. Disposing shuts it down. */
export interface Supervisor extends FleetCommands, AsyncDisposable {
  /** The config in force. */
  readonly config: Config;
  /** The secret of this run, which its processes and its owner's commands show. */
  readonly token: string;
  /** What an earlier supervisor had left behind; ended as far as it may be. */
  readonly leftovers: readonly Leftover[];
  /** What has happened, and what will. */
  readonly events: Pick<EventLog, "known" | "follow">;
  /** As snapshot(), with the use of processor and memory. */
  measure(): Promise<MeasuredSnapshot[]>;
  /** What else is to be known of this supervisor, a sentence each. */
  notes(): readonly string[];
  /** Records lines that whoever shows the output could not write. */
  reportLoss(output: Exclude<LostOutput, "log">, loss: OutputLoss): void;
  /** Calls back when the state folder was removed and is made anew. */
  onStateRenewed(listener: () => Promise<void>): void;
  /** Listens to what the services write, until disposed. */
  onOutput(listener: OutputListener): Disposable;
  /** What they have written of late: what comes after it goes to listeners. */
  recentOutput(): OutputChunk[];
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
  /** The secret of a run that this one is a part of. @default {a new one} */
  token?: string | undefined;
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
    random = Math.random,
    token = createToken(),
  }: SupervisorOptions = {},
): Promise<Supervisor> {
  // SIGHUP means more here: a reload, and certificates with it.
  reloadByHand();
  const { stateDir } = initialConfig;
  await using cleanup = new AsyncDisposableStack();
  const instance = cleanup.use(await claimInstance(initialConfig));
  const leftovers = await reapLeftovers(stateDir);
  const outputs = createOutputListeners();
  const records = cleanup.use(
    await openRecords(initialConfig, leftovers, outputs.say),
  );
  const { events, losses } = records;
  const guardian = cleanup.use(startGuardian());
  cleanup.use(await keepToken(stateDir, token));
  const hurry = new AbortController();
  const closing = new AbortController();
  const ended = Promise.withResolvers<Outcome>();
  const settleIfOver = () => {
    const outcome = outcomeOf(fleet.active());
    if (outcome) ended.resolve(outcome);
  };

  const fleet: Fleet = createFleet(
    initialConfig,
    loopMaker({
      fleet: () => fleet,
      records,
      guardian,
      emitOutput: outputs.emit,
      onChange: settleIfOver,
      hurry: hurry.signal,
      random,
      token,
    }),
    records.stopped,
  );
  const changes = createOrderedChanges(fleet, closing.signal);
  const watches = cleanup.use(createModuleWatches(fleet, changes.restart));
  cleanup.use(
    enforceMemoryLimits(
      fleet.active,
      (reason) => outputs.say(`mem_limit does not hold: ${reason}`),
    ),
  );
  const commands = createFleetCommands(fleet, {
    changes,
    reloader: createReloader(fleet, {
      choose,
      prepare,
      emit: events.append,
      changes,
    }),
    look: (loop) => look(loop, records),
    onReloaded: settleIfOver,
    closing: closing.signal,
  });
  const renewers: (() => Promise<void>)[] = [];
  cleanup.use(
    await keepState(stateDir, instance, {
      async onRenewed() {
        await records.renew();
        await writeToken(stateDir, token);
        events.append(stateRenewed(stateDir));
        await Promise.all(renewers.map((renew) => renew()));
      },
      onFailure: (reason) =>
        outputs.say(
          `${shortPath(stateDir)} is gone and cannot be made anew: ${reason}`,
        ),
    }),
  );
  events.append({
    type: "supervisor_started",
    pid: Deno.pid,
    message: `process ${Deno.pid} supervises ${basename(initialConfig.path)}`,
  });

  const held = cleanup.move();
  const shutdown = async (reason?: string) => {
    const why = reason === undefined ? "" : `: ${reason}`;
    const message = `everything is stopped${why}`;
    events.append({ type: "supervisor_stopping", message });
    closing.abort();
    records.schedules.hold();
    await watches[Symbol.asyncDispose]();
    fleet.orders.retire(fleet.all());
    await changes.stop(fleet.active());
    await untilDrained(fleet.active());
    losses.reportRest();
    events.append({
      type: "supervisor_stopped",
      message: "everything has stopped",
    });
    await held.disposeAsync();
  };
  let shuttingDown: Promise<void> | undefined;
  const shutdownOnce = (reason?: string) => shuttingDown ??= shutdown(reason);
  return {
    get config() {
      return fleet.config;
    },
    ...commands,
    token,
    leftovers,
    events,
    ended: ended.promise,
    measure: createMeasurement(commands.snapshot),
    notes: losses.notes,
    reportLoss: losses.report,
    onStateRenewed: (listener) => void renewers.push(listener),
    onOutput: outputs.add,
    recentOutput: outputs.recent,
    shutdown: shutdownOnce,
    hurry: () => hurry.abort(),
    [Symbol.asyncDispose]: () => shutdownOnce(),
  };
}

/** Says that the state folder had to be made anew. */
function stateRenewed(stateDir: string) {
  return {
    type: "state_renewed",
    message: `somebody has removed ${
      shortPath(stateDir)
    }; it is made anew, without its earlier logs and events`,
  } as const;
}

/** What the loops of a supervisor share. */
interface Shared {
  fleet(): Fleet;
  records: Pick<Records, "runFile" | "events" | "logs" | "schedules">;
  guardian: Guardian;
  emitOutput: OutputListener;
  /** Hears that a service has changed its state. */
  onChange(): void;
  hurry: AbortSignal;
  random: () => number;
  token: string;
}

/** Makes what makes the loops of a supervisor. */
function loopMaker(
  { fleet, records, guardian, emitOutput, onChange, hurry, random, token }:
    Shared,
): (spec: ServiceSpec) => ServiceLoop {
  const { runFile, events, logs, schedules } = records;
  const strays = createStrayFinder();
  const modules = createModuleGuard(() => fleet().config);
  return (initialSpec) => {
    const loop: ServiceLoop = createServiceLoop(initialSpec, {
      guardian,
      runFile,
      schedules,
      strays,
      modules,
      hurry,
      random,
      token,
      serviceOf: (group) =>
        fleet().all()
          .find(({ state }) => isAlive(state) && state.pid === group)
          ?.spec.name,
      isOthersPort: (port, service) =>
        fleet().all().some(({ spec }) =>
          spec.port === port && spec.service !== service
        ),
      untilMayStart: (report, signal) =>
        untilDependenciesMet(loop.spec, fleet().loopsOf, report, signal),
      async onOutput(stream, text) {
        const { name, logging } = loop.spec;
        const timeMs = Date.now();
        await logs.write(name, logging, stream, text, timeMs);
        await emitOutput({ name, stream, text, timeMs });
      },
      onChange(previous, message) {
        const { spec: { name }, state, restarts } = loop;
        const event = serviceStateEvent({ name, state, restarts }, previous);
        events.append({ ...event, message });
        if (isAlive(state) && !isAlive(previous)) logs.forgetLoss(name);
        onChange();
      },
      onNote(note, message) {
        events.append({ ...note, service: loop.spec.name, message });
      },
    });
    return loop;
  };
}

/** Says what a service is doing, what its log has lost and what it lacks. */
function look(
  loop: ServiceLoop,
  { logs }: Pick<Records, "logs">,
): ServiceSnapshot {
  const loss = logs.lossOf(loop.spec.name);
  const notes = [loss ? describeLoss("log", loss) : "", loop.leftBehind]
    .filter((words) => words !== "");
  return {
    ...snapshotOf(loop),
    ...(notes.length > 0 ? { notes } : {}),
    ...(loop.hint === "" ? {} : { hint: loop.hint }),
  };
}

/** Makes what adds to snapshots the use of processor and memory. */
function createMeasurement(
  snapshot: () => ServiceSnapshot[],
): () => Promise<MeasuredSnapshot[]> {
  const meter = createUsageMeter();
  return async () => {
    const snapshots = snapshot();
    const usages = await meter.measure(
      snapshots.flatMap(({ pid }) => pid === undefined ? [] : [pid]),
    );
    return snapshots.map((each) => ({
      ...each,
      ...(each.pid === undefined ? {} : usages.get(each.pid)),
    }));
  };
}

/** Waits until what services wrote has been taken, for as long as that may take. */
async function untilDrained(loops: readonly ServiceLoop[]): Promise<void> {
  using over = abortOnDispose();
  await Promise.race([
    Promise.all(loops.map((loop) => loop.drained())),
    pause(DRAIN_MS, over.signal),
  ]);
}
