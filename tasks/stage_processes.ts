/**
 * The five stages as processes: what each may touch, starting them, and ending
 * them.
 *
 * @module
 */

import { aborted } from "../proto/abort.ts";
import { connect } from "../proto/connect.ts";
import { Failure } from "../proto/exit.ts";
import { Fault } from "../proto/fault.ts";
import { HealthService } from "../proto/health.ts";
import { log } from "../proto/log.ts";
import { bindFault } from "../proto/serve.ts";
import { type StageName, STAGES } from "../stages/meter.ts";
import { partialPath } from "../stages/sink.ts";
import { startGuardian } from "../supervisor/guardian.ts";
import { eachLine } from "../supervisor/output_lines.ts";
import {
  permissionFlags,
  type Permissions,
} from "../supervisor/permission_flags.ts";
import {
  describeExit,
  type StartedProcess,
  startProcess,
} from "../supervisor/process.ts";
import { stopProcess } from "../supervisor/stop_process.ts";
import type { Interrupts } from "./interrupts.ts";
import { PROJECT, type RunPlan } from "./run_flags.ts";

/** A stage that is to be run. */
export interface StageSpec {
  name: StageName;
  /** Where it serves. */
  address: string;
  /** Everything it may touch. */
  permissions: Permissions;
  /** What stages/main.ts is given. */
  args: string[];
  /** Files that the stage leaves behind when it is killed. */
  leftovers: string[];
}

/** The stages, running. Disposing of them ends them. */
export interface StageProcesses extends AsyncDisposable {
  /** The processes by stage. */
  pids: Record<StageName, number>;
  /** Resolves with a message when a stage has ended by itself. */
  ended: Promise<string>;
  /**
   * The most memory a stage has had, in bytes; undefined without /proc. Not
   * what the stage itself is told of it: a process inherits that figure from
   * the one that started it.
   */
  peakRssBytes(name: StageName): Promise<number | undefined>;
}

/** How long the stages may take to come up, in milliseconds. */
const STARTUP_MS = 20_000;
/** How long a stage may take to end, in milliseconds, before it is killed. */
const GRACE_MS = 3_000;

/** Lists the stages of a run, on five ports from `port` on. */
export function stageSpecs(plan: RunPlan, port: number): StageSpec[] {
  const addressOf = (name: StageName) =>
    `127.0.0.1:${port + STAGES.indexOf(name)}`;
  /** May reach its own address and the next stage's; `more` is all else. */
  const spec = (
    name: StageName,
    next: StageName | undefined,
    args: string[],
    more: Permissions = {},
    leftovers: string[] = [],
  ): StageSpec => ({
    name,
    address: addressOf(name),
    permissions: {
      net: [addressOf(name), ...(next ? [addressOf(next)] : [])],
      ...more,
    },
    args: [
      name,
      `--address=${addressOf(name)}`,
      ...(next ? [`--next=${addressOf(next)}`] : []),
      ...args,
    ],
    leftovers,
  });
  const { input, output, rejects, rulesPath, maxRejects } = plan;
  const partial = [partialPath(output), partialPath(rejects)];
  return [
    spec(
      "ingest",
      "parse",
      [`--input=${input}`, `--max-line=${plan.maxLine}`],
      input === "-" ? {} : { read: [input] },
    ),
    spec("parse", "rules", [`--types=${plan.types.join(",")}`]),
    spec("rules", "aggregate", [`--rules=${rulesPath}`], { read: [rulesPath] }),
    spec(
      "aggregate",
      "sink",
      maxRejects === undefined ? [] : [`--max-rejects=${maxRejects}`],
    ),
    // Renaming a file takes the right to read it.
    spec("sink", undefined, [`--output=${output}`, `--rejects=${rejects}`], {
      read: partial,
      write: [output, rejects, ...partial],
    }, partial),
  ];
}

/** The command line that runs a stage, without the program. */
export function stageCommand({ permissions, args }: StageSpec): string[] {
  return [
    "run",
    ...permissionFlags(permissions),
    "--cached-only",
    "stages/main.ts",
    ...args,
  ];
}

/**
 * Starts the stages and waits until all of them are healthy.
 *
 * @param specs From {@linkcode stageSpecs}.
 * @param interrupts `stop` ends the waiting; `hurry` kills instead of asking.
 * @throws {Failure} If a port is taken or a stage does not come up; nothing is
 * left running then.
 */
export async function startStages(
  specs: readonly StageSpec[],
  { stop, hurry }: Pick<Interrupts, "stop" | "hurry">,
): Promise<StageProcesses> {
  await checkPorts(specs);
  stop.throwIfAborted();
  await using stack = new AsyncDisposableStack();
  // Only now: with a port in use, these are files of the run that uses it.
  stack.defer(() => removeLeftovers(specs));
  const guardian = stack.use(startGuardian());
  const started = specs.map((spec) => {
    const child = startProcess({
      program: Deno.execPath(),
      args: stageCommand(spec),
      cwd: PROJECT,
      stdin: spec.args.includes("--input=-") ? "inherit" : "null",
    }, guardian);
    return { ...spec, child, lines: relayOutput(spec.name, child) };
  });
  let stopping = false;
  stack.defer(async () => {
    stopping = true;
    await Promise.all(started.map(async ({ child, lines }) => {
      await stopProcess(child, { graceMs: GRACE_MS, hurry });
      guardian.forget(child.pid);
      await lines;
    }));
  });
  const ended = Promise.race(started.map(async ({ name, child, lines }) => {
    const exit = await child.exit;
    if (stopping) return new Promise<never>(() => {});
    await lines; // what it said stands before what we say of it
    return `stage "${name}" (pid ${child.pid}) ${describeExit(exit)}`;
  }));
  const healthy = Promise.all(specs.map(checkHealthy));
  const failed = await Promise.race([
    healthy.then(() => undefined),
    ended,
    aborted(stop).then(() => "it was interrupted"),
  ]);
  if (failed) throw new Failure(`Cannot start the pipeline: ${failed}`);

  const kept = stack.move();
  const pids = Object.fromEntries(
    started.map(({ name, child }) => [name, child.pid]),
  ) as Record<StageName, number>;
  return {
    pids,
    ended,
    peakRssBytes: (name) => readPeakRss(pids[name]),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/**
 * Says early, and by name, which port is taken; a race is seen at the bind.
 *
 * @throws {Failure} If one is.
 */
export async function checkPorts(specs: readonly StageSpec[]): Promise<void> {
  for (const { name, address } of specs) await checkFree(name, address);
}

async function checkFree(name: StageName, address: string): Promise<void> {
  const [hostname = "", port] = address.split(":");
  try {
    Deno.listen({ hostname, port: Number(port) }).close();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { message } = await bindFault(
      { kind: "tcp", host: hostname, port: Number(port) },
      `${error.name}: ${error.message}`,
    );
    throw new Failure(
      `Cannot start stage "${name}": ${message}; choose other ports with --port`,
    );
  }
}

async function checkHealthy({ name, address }: StageSpec): Promise<void> {
  try {
    await connect(address, { name }).unary(HealthService.Check, {
      service: "",
    }, { deadlineMs: STARTUP_MS, waitForReady: true });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Failure(
      `Cannot start the pipeline: stage "${name}" is not healthy after ${
        STARTUP_MS / 1_000
      } s`,
      1,
      { cause: error },
    );
  }
}

/** Shows what a stage says, under its name. */
async function relayOutput(
  name: StageName,
  { stdout, stderr }: StartedProcess,
): Promise<void> {
  await Promise.all([stdout, stderr].map(async (stream) => {
    if (!stream) return;
    for await (const line of eachLine(stream)) log(`${name} | ${line}`);
  }));
}

async function removeLeftovers(specs: readonly StageSpec[]): Promise<void> {
  for (const path of specs.flatMap(({ leftovers }) => leftovers)) {
    try {
      await Deno.remove(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** Reads the kernel's own high-water mark of a process. */
async function readPeakRss(pid: number): Promise<number | undefined> {
  let status: string;
  try {
    status = await Deno.readTextFile(`/proc/${pid}/status`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}
