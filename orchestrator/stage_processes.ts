/**
 * The stages as processes: starts them, starts them again, and ends them.
 *
 * @module
 */

import type { Guardian } from "../runtime/process/guardian.ts";
import { eachLine } from "../runtime/process/output_lines.ts";
import { signalGroup } from "../runtime/process/process_group.ts";
import { readMemory } from "../runtime/process/process_memory.ts";
import {
  nextStep,
  NO_RESTARTS,
  type RestartHistory,
  type RestartPolicy,
} from "../runtime/process/restart_policy.ts";
import {
  describeExit,
  type StartedProcess,
  startProcess,
} from "../runtime/process/start_process.ts";
import { stopProcess } from "../runtime/process/stop_process.ts";
import { aborted, abortOnDispose, pause } from "../runtime/program/abort.ts";
import { Failure } from "../runtime/program/errors.ts";
import type { Interrupts } from "../runtime/program/interrupts.ts";
import { log } from "../runtime/program/log.ts";
import { PROJECT } from "../runtime/program/paths.ts";
import { connect, type Connection } from "../runtime/rpc/connect.ts";
import { bindFault } from "../runtime/rpc/serve.ts";
import { STAGE_CONNECTION } from "../stages/names.ts";
import { awaitHealth } from "./await_health.ts";
import { claimPorts } from "./port_claim.ts";
import { stageCommand, type StageSpec } from "./stage_specs.ts";
import type { WorkerName } from "./workers.ts";

/** A process of a stage that has ended by itself. */
export interface Death {
  name: WorkerName;
  /** What has happened: `stage "parse" (pid 4711) was ended by SIGKILL`. */
  what: string;
  /** True where it has ended by itself, with an exit code that says a failure. */
  gaveUp: boolean;
}

/**
 * The stages, running. Disposing of them ends them. Where a stage has several
 * processes, its own name is that of the first.
 */
export interface StageProcesses extends AsyncDisposable {
  /** What they are called. */
  readonly names: readonly WorkerName[];
  /** The processes that run now. */
  pid(name: WorkerName): number;
  /** A connection to a stage, whichever process it is. */
  connection(name: WorkerName): Connection;
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

/** How long a stage may take to end, in milliseconds, before it is killed. */
const GRACE_MS = 3_000;

/** At once after the first death; the run itself says when it is too many. */
const RESTART: RestartPolicy = {
  when: "always",
  delayMs: 100,
  maxDelayMs: 5_000,
  maxAttempts: undefined,
  windowMs: 60_000,
  resetAfterMs: 10_000,
};

/** A stage and the process that it is at the moment. */
interface Running {
  spec: StageSpec;
  connection: Connection;
  child: StartedProcess;
  /** All that it says has been shown. */
  lines: Promise<void>;
  startedMs: number;
  /** True once it has answered. */
  healthy: boolean;
  /** How it was started again before, for the policy. */
  restarted: RestartHistory;
  death: Death | undefined;
  /** Resolves when its death, where it was one, has been noted. */
  watched: Promise<void>;
}

/**
 * Starts the stages; {@linkcode StageProcesses.ready} waits until they answer.
 *
 * @param specs From stage_specs.ts.
 * @param guardian Ends the stages when this process is killed.
 * @param interrupts `stop` keeps them from being started; `hurry` kills instead
 * of asking.
 * @throws {Failure} If a port is taken; nothing is left running then.
 */
export async function startStages(
  specs: readonly StageSpec[],
  guardian: Pick<Guardian, "watch" | "forget">,
  { stop, hurry }: Pick<Interrupts, "stop" | "hurry">,
): Promise<StageProcesses> {
  await checkPorts(specs);
  stop.throwIfAborted();
  let stopping = false;
  let died = Promise.withResolvers<void>();

  const start = (spec: StageSpec) => {
    const child = startProcess({
      ...stageCommand(spec),
      cwd: PROJECT,
      stdin: spec.args.includes("--input=-") ? "inherit" : "null",
    }, guardian);
    const lines = relayOutput(spec.name, child);
    return { child, lines, startedMs: performance.now(), healthy: false };
  };
  /** Notes the end of a stage's process, unless it was asked to end. */
  const watch = async (stage: Running) => {
    const { child, lines, spec } = stage;
    const exit = await child.exit;
    if (stopping) return;
    await lines; // what it said stands before what we say of it
    guardian.forget(child.pid);
    stage.death ??= {
      name: spec.name,
      what: `${describeStage(stage)} ${describeExit(exit)}`,
      gaveUp: exit.signal === null && exit.code !== 0,
    };
    died.resolve();
  };
  const stages = new Map<WorkerName, Running>();
  for (const spec of specs) {
    const { name, address } = spec;
    const stage: Running = {
      spec,
      connection: connect(address, { name, channel: STAGE_CONNECTION }),
      ...start(spec),
      restarted: NO_RESTARTS,
      death: undefined,
      watched: Promise.resolve(),
    };
    stages.set(name, stage);
    stage.watched = watch(stage);
  }
  const all = [...stages.values()];
  const find = (name: WorkerName) =>
    (stages.get(name) ?? stages.get(`${name}.1` as WorkerName))!;
  const dead = () =>
    all.map(({ death }) => death).filter((it) => it !== undefined);
  const death = () => died.promise;
  const ready = async (signal: AbortSignal) => {
    using over = abortOnDispose();
    const waiting = AbortSignal.any([signal, over.signal]);
    const healthy = all.filter(({ healthy }) => !healthy)
      .map(async (stage) => {
        const { spec: { name, health: service }, connection } = stage;
        await awaitHealth(name, connection, { service, signal: waiting });
        if (!waiting.aborted) stage.healthy = true;
      });
    await Promise.race([Promise.all(healthy), death(), aborted(signal)]);
  };

  const processes: StageProcesses = {
    names: [...stages.keys()],
    pid: (name) => find(name).child.pid,
    connection: (name) => find(name).connection,
    dead,
    death,
    up: () =>
      all.filter(({ healthy, death }) => healthy && !death)
        .map(({ spec }) => spec.name),
    ended: (name) => find(name).watched,
    ready,
    kill(name, why) {
      const stage = find(name);
      stage.death ??= {
        name: stage.spec.name,
        what: `${describeStage(stage)} ${why}`,
        gaveUp: false,
      };
      signalGroup(stage.child.pid, "SIGKILL");
    },
    async restart(signal) {
      const gone = all.filter(({ death }) => death);
      await Promise.all(gone.map(async (stage) => {
        const atMs = performance.now();
        const healthyMs = atMs - stage.startedMs;
        const step = nextStep(
          RESTART,
          { success: false, healthyMs, atMs },
          stage.restarted,
          Math.random(),
        );
        if (step.action !== "restart") return;
        await stage.watched;
        await pause(step.delayMs, signal);
        if (signal.aborted) return;
        stage.death = undefined;
        Object.assign(stage, start(stage.spec), {
          restarted: step.history,
        });
        stage.watched = watch(stage);
      }));
      died = Promise.withResolvers();
      if (dead().length > 0) died.resolve();
      await ready(signal);
    },
    peakRssBytes: (name) => readMemory(find(name).child.pid, "VmHWM"),
    async [Symbol.asyncDispose]() {
      stopping = true;
      await Promise.all(all.map(async ({ child, lines }) => {
        await stopProcess(child, { graceMs: GRACE_MS, hurry });
        guardian.forget(child.pid);
        await lines;
      }));
    },
  };
  return processes;
}

/**
 * Keeps the ports for this run until it is disposed of, and says early, and by
 * name, which is taken. What else comes in between is seen at the bind.
 *
 * @throws {Failure} If one is.
 */
export async function holdPorts(
  specs: readonly StageSpec[],
): Promise<Disposable> {
  using held = new DisposableStack();
  held.use(
    await claimPorts(specs.map(({ name, address }) => ({
      name,
      port: Number(address.split(":")[1]),
    }))),
  );
  await checkPorts(specs);
  return held.move();
}

async function checkPorts(specs: readonly StageSpec[]): Promise<void> {
  for (const { name, address } of specs) await checkFree(name, address);
}

async function checkFree(name: WorkerName, address: string): Promise<void> {
  const [hostname = "", port] = address.split(":");
  try {
    Deno.listen({ hostname, port: Number(port) }).close();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
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

function describeStage({ spec, child }: Running): string {
  return `stage "${spec.name}" (pid ${child.pid})`;
}

/** Shows what a stage says, under its name. */
async function relayOutput(
  name: WorkerName,
  { stdout, stderr }: StartedProcess,
): Promise<void> {
  await Promise.all([stdout, stderr].map(async (stream) => {
    if (!stream) return;
    for await (const line of eachLine(stream)) log(`${name} | ${line}`);
  }));
}
