/**
 * One stage as a process: starts it, notes its death, starts it again, ends it.
 *
 * @module
 */

import type { Guardian } from "../runtime/process/guardian.ts";
import { eachLine } from "../runtime/process/output_lines.ts";
import { signalGroup } from "../runtime/process/process_group.ts";
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
import { pause } from "../runtime/program/abort.ts";
import { log } from "../runtime/program/log.ts";
import type { connect, Connection } from "../runtime/rpc/connect.ts";
import { SERVES, STAGE_CONNECTION } from "../stages/names.ts";
import type { awaitHealth } from "./await_health.ts";
import { stageProcess } from "./stage_program.ts";
import type { StageSpec } from "./stage_specs.ts";
import type { WorkerName } from "./workers.ts";

/** A process of a stage that has ended by itself. */
export interface Death {
  name: WorkerName;
  /** What has happened: `stage "parse" (pid 4711) was ended by SIGKILL`. */
  what: string;
  /** True where it has ended by itself, with an exit code that says a failure. */
  gaveUp: boolean;
}

/** A stage that was started, whichever process it is at the moment. */
export interface StageProcess {
  readonly name: WorkerName;
  /** Which variant of its stage it is; undefined for the stage itself. */
  readonly variant: string | undefined;
  /** Where it serves. */
  readonly address: string;
  readonly pid: number;
  /** What it may use of memory, with all it has started. */
  readonly memLimitBytes: number | undefined;
  /** Known once {@linkcode connect} has been called. */
  readonly connection: Connection;
  /** Makes the connection to it; what that takes is loaded while it starts. */
  connect(by: typeof connect): void;
  /** True once it has answered, until it is started again. */
  readonly healthy: boolean;
  /** How it has ended, unless it was started again or asked to end. */
  readonly death: Death | undefined;
  /** Resolves when the process that it is at the moment has ended. */
  readonly ended: Promise<void>;
  /**
   * Waits until it answers, or `signal` aborts.
   *
   * @throws {Failure} If it does not come up.
   */
  awaitHealthy(by: typeof awaitHealth, signal: AbortSignal): Promise<void>;
  /** Ends it by force; `why` goes on from "stage "parse" (pid 4711)". */
  kill(why: string): void;
  /** Starts it again, after a pause where it dies over and over. */
  restart(signal: AbortSignal): Promise<void>;
  /** Asks it to end, and kills it where it does not, or `hurry` aborts. */
  stop(hurry: AbortSignal): Promise<void>;
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

/** The process that a stage is at the moment. */
interface Running {
  child: StartedProcess;
  /** Resolves when it says that it serves. */
  serves: Promise<void>;
  /** All that it says has been shown. */
  lines: Promise<void>;
  startedMs: number;
  healthy: boolean;
  death: Death | undefined;
}

/**
 * Starts a stage.
 *
 * @param address Which of its addresses it serves at.
 * @param guardian Ends it when this process is killed.
 * @param onDeath Told of each death, once it has been noted.
 */
export function startStage(
  spec: StageSpec,
  address: string,
  guardian: Pick<Guardian, "watch" | "forget">,
  onDeath: () => void,
): StageProcess {
  const { name, health: service } = spec;
  let connection: Connection | undefined;
  /** How it was started again before, for the policy. */
  let history: RestartHistory = NO_RESTARTS;
  let stopping = false;

  /** Notes the end of the process, unless it was asked to end. */
  const watch = async (now: Running) => {
    const exit = await now.child.exit;
    if (stopping) return;
    await now.lines; // what it said stands before what we say of it
    guardian.forget(now.child.pid);
    now.death ??= {
      name,
      what: `${describe(name, now)} ${describeExit(exit)}`,
      gaveUp: exit.signal === null && exit.code !== 0,
    };
    onDeath();
  };
  let running = launch(spec, address, guardian);
  let ended = watch(running);

  return {
    name,
    variant: spec.program.variant,
    address,
    memLimitBytes: spec.program.memLimitBytes,
    get connection() {
      return connection!;
    },
    connect(by) {
      connection = by(address, {
        name,
        token: spec.token,
        // They are all on this machine, and have no certificates.
        tls: false,
        channel: STAGE_CONNECTION,
      });
    },
    get pid() {
      return running.child.pid;
    },
    get healthy() {
      return running.healthy;
    },
    get death() {
      return running.death;
    },
    get ended() {
      return ended;
    },
    async awaitHealthy(by, signal) {
      const now = running;
      await by(name, connection!, {
        service,
        signal,
        serves: now.serves,
      });
      if (!signal.aborted) now.healthy = true;
    },
    kill(why) {
      const what = `${describe(name, running)} ${why}`;
      running.death ??= { name, what, gaveUp: false };
      signalGroup(running.child.pid, "SIGKILL");
    },
    async restart(signal) {
      const atMs = performance.now();
      const healthyMs = atMs - running.startedMs;
      const step = nextStep(
        RESTART,
        { success: false, healthyMs, atMs },
        history,
        Math.random(),
      );
      if (step.action !== "restart") return;
      await ended;
      await pause(step.delayMs, signal);
      if (signal.aborted) return;
      history = step.history;
      running = launch(spec, address, guardian);
      ended = watch(running);
    },
    async stop(hurry) {
      stopping = true;
      const { child, lines } = running;
      await stopProcess(child, { graceMs: GRACE_MS, hurry });
      guardian.forget(child.pid);
      await lines;
    },
  };
}

/** Starts the process of a stage; what it says is shown under its name. */
function launch(
  spec: StageSpec,
  address: string,
  guardian: Pick<Guardian, "watch">,
): Running {
  const child = startProcess(stageProcess(spec, address), guardian);
  const serves = Promise.withResolvers<void>();
  return {
    child,
    serves: serves.promise,
    lines: relayOutput(spec.name, child, serves.resolve),
    startedMs: performance.now(),
    healthy: false,
    death: undefined,
  };
}

function describe(name: WorkerName, { child }: Running): string {
  return `stage "${name}" (pid ${child.pid})`;
}

async function relayOutput(
  name: WorkerName,
  { stdout, stderr }: StartedProcess,
  onServes: () => void,
): Promise<void> {
  await Promise.all([stdout, stderr].map(async (stream) => {
    if (!stream) return;
    for await (const line of eachLine(stream)) {
      if (stream === stdout && line === SERVES) onServes();
      else log(`${name} | ${line}`);
    }
  }));
}
