/**
 * The stages as processes: starts them, starts them again, and ends them.
 *
 * @module
 */

import type { Guardian } from "../runtime/process/guardian.ts";
import { readMemory } from "../runtime/process/process_memory.ts";
import type { NextStage } from "../proto/pipeline/batches.ts";
import { aborted, abortOnDispose } from "../runtime/program/abort.ts";
import { Failure } from "../runtime/program/errors.ts";
import type { Interrupts } from "../runtime/program/interrupts.ts";
import type { Connection } from "../runtime/rpc/connect.ts";
import { bindFault } from "../runtime/rpc/bind_fault.ts";
import { findPortHolder } from "../runtime/rpc/port_holder.ts";
import { STAGES } from "../stages/names.ts";
import { outlivesLeftover } from "./leftover_stage.ts";
import { type Exchange, prepareExchange } from "./exchange.ts";
import { claimPorts } from "./port_claim.ts";
import { type Death, type StageProcess, startStage } from "./stage_process.ts";
import type { StageSpec } from "./stage_specs.ts";
import { stageOf, type WorkerName } from "./workers.ts";

/**
 * The stages, running. Disposing of them ends them. Where a stage has several
 * processes, its own name is that of the first.
 */
export interface StageProcesses extends AsyncDisposable {
  /** What they are called. */
  readonly names: readonly WorkerName[];
  /** The processes that run now. */
  pid(name: WorkerName): number;
  /** What it may use of memory, with all it has started. */
  memLimitBytes(name: WorkerName): number | undefined;
  /** A connection to a stage, whichever process it is. */
  connection(name: WorkerName): Connection;
  /** What runs now, from ingest to sink. */
  processes(): Pick<
    StageProcess,
    "name" | "variant" | "pid" | "address" | "healthy" | "death"
  >[];
  /** Where the stages are now, from parse on. */
  next(): NextStage[];
  /** The stages that have ended and were not started again. */
  dead(): Death[];
  /** Resolves when one has, at once where one is. */
  death(): Promise<void>;
  /** The stages that have been healthy and are not dead. */
  up(): WorkerName[];
  /** Resolves when the process that a stage is at the moment has ended. */
  ended(name: WorkerName): Promise<void>;
  /**
   * Ends a stage that is of no use any more; it is then among the dead.
   *
   * @param why Goes on from "stage "parse" (pid 4711)".
   */
  kill(name: WorkerName, why: string): void;
  /**
   * Waits until all that were started are healthy, or one is dead. A stage that
   * has been healthy may be busy, and is not asked again.
   *
   * @throws {Failure} If one of them does not come up.
   */
  ready(signal: AbortSignal): Promise<void>;
  /**
   * Has other processes of a stage come up beside those that there are; nothing
   * is changed before {@linkcode Exchange.carryOut}.
   *
   * @param specs One for each process of the stage.
   * @throws {Failure} If one of them does not come up; none is left then.
   */
  prepare(specs: readonly StageSpec[], signal: AbortSignal): Promise<Exchange>;
  /**
   * Starts those that are dead again, after a pause where they die over and
   * over, and waits until they are {@linkcode ready}.
   */
  restart(signal: AbortSignal): Promise<void>;
  /**
   * The most memory a stage has had, in bytes; undefined without /proc. Not
   * what the stage itself is told of it: a process inherits that figure from
   * the one that started it.
   */
  peakRssBytes(name: WorkerName): Promise<number | undefined>;
}

/**
 * Starts the stages; {@linkcode StageProcesses.ready} waits until they answer.
 *
 * @param specs From stage_specs.ts.
 * @param guardian Ends the stages when this process is killed.
 * @param interrupts `stop` keeps them from being started; `hurry` kills instead
 * of asking.
 * @throws {unknown} The reason of `stop`, where it has aborted already.
 */
export async function startStages(
  specs: readonly StageSpec[],
  guardian: Pick<Guardian, "watch" | "forget">,
  { stop, hurry }: Pick<Interrupts, "stop" | "hurry">,
): Promise<StageProcesses> {
  stop.throwIfAborted();
  let died = Promise.withResolvers<void>();
  const first = specs.map((spec) =>
    startStage(spec, spec.addresses[0], guardian, () => died.resolve())
  );
  // They load, and so do we: what it takes to talk to them.
  const [{ connect }, { awaitHealth }] = await orStop(
    Promise.all([
      import("../runtime/rpc/connect.ts"),
      import("./await_health.ts"),
    ]),
    () => Promise.all(first.map((stage) => stage.stop(hurry))),
  );
  for (const stage of first) stage.connect(connect);
  const stages = new Map(first.map((stage) => [stage.name, stage]));
  const all = () => [...stages.values()];
  const find = (name: WorkerName) =>
    (stages.get(name) ?? stages.get(`${name}.1` as WorkerName))!;
  const dead = () =>
    all().map(({ death }) => death).filter((it) => it !== undefined);
  const death = () => died.promise;
  const watchAnew = () => {
    died = Promise.withResolvers();
    if (dead().length > 0) died.resolve();
  };
  const ready = async (signal: AbortSignal) => {
    using over = abortOnDispose();
    const waiting = AbortSignal.any([signal, over.signal]);
    const healthy = all().filter(({ healthy }) => !healthy)
      .map((stage) => stage.awaitHealthy(awaitHealth, waiting));
    await Promise.race([Promise.all(healthy), death(), aborted(signal)]);
  };

  return {
    names: [...stages.keys()],
    pid: (name) => find(name).pid,
    memLimitBytes: (name) => find(name).memLimitBytes,
    connection: (name) => find(name).connection,
    processes: () => all(),
    next: () =>
      STAGES.slice(1).map((stage) => ({
        addresses: all().filter(({ name }) => stageOf(name) === stage)
          .map(({ address }) => address),
      })),
    dead,
    death,
    up: () =>
      all().filter(({ healthy, death }) => healthy && !death)
        .map(({ name }) => name),
    ended: (name) => find(name).ended,
    ready,
    kill: (name, why) => find(name).kill(why),
    prepare: (specs, signal) =>
      prepareExchange(specs, {
        stages,
        guardian,
        hurry,
        connect,
        awaitHealth,
        signal,
        onDeath: () => died.resolve(),
        onCarriedOut: watchAnew,
      }),
    async restart(signal) {
      const gone = all().filter(({ death }) => death);
      await Promise.all(gone.map((stage) => stage.restart(signal)));
      watchAnew();
      await ready(signal);
    },
    peakRssBytes: (name) => readMemory(find(name).pid, "VmHWM"),
    async [Symbol.asyncDispose]() {
      await Promise.all(all().map((stage) => stage.stop(hurry)));
    },
  };
}

/** Undoes what was begun where what follows fails. */
async function orStop<T>(
  work: Promise<T>,
  stop: () => Promise<unknown>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Keeps the ports for this run until it is disposed of, and says early, and by
 * name, which is taken. What else comes in between is seen at the bind. What a
 * run that was killed has left on them is waited for.
 *
 * @param stop Ends the waiting.
 * @throws {Failure} If one is taken.
 */
export async function holdPorts(
  specs: readonly StageSpec[],
  stop?: AbortSignal,
): Promise<Disposable> {
  using held = new DisposableStack();
  const places = specs.flatMap(({ name, addresses }) =>
    addresses.map((address) => ({ name, address }))
  );
  held.use(
    await claimPorts(places.map(({ name, address }) => ({
      name,
      port: Number(address.split(":")[1]),
    }))),
  );
  for (const place of places) await checkFree(place, stop);
  return held.move();
}

/** @param again True where the port was looked at a moment ago. */
async function checkFree(
  place: { name: WorkerName; address: string },
  stop: AbortSignal | undefined,
  again = false,
): Promise<void> {
  const { name, address } = place;
  const [hostname = "", port] = address.split(":");
  try {
    Deno.listen({ hostname, port: Number(port) }).close();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof Deno.errors.AddrInUse) {
      const holder = await findPortHolder(Number(port));
      if (holder && await outlivesLeftover(holder.pid, stop)) {
        return await checkFree(place, stop);
      }
      // Whoever had it may have ended before it was looked at.
      if (!again) return await checkFree(place, stop, true);
    }
    const { message } = await bindFault(
      { kind: "tcp", host: hostname, port: Number(port) },
      `${error.name}: ${error.message}`,
    );
    // No other port helps where there is no such address.
    const remedy = error instanceof Deno.errors.AddrNotAvailable
      ? ""
      : "; choose other ports with --port";
    throw new Failure(`Cannot start stage "${name}": ${message}${remedy}`);
  }
}
