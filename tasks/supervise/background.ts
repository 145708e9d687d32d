/**
 * Runs a supervisor in the background and waits until everything is healthy,
 * for scripts and CI. `deno task stop` ends it.
 *
 * Whatever goes wrong, it ends the supervisor that it has started, and touches
 * no other one.
 *
 * @module
 */

import { join } from "node:path";
import {
  denoCommand,
  type DenoScript,
} from "../../runtime/process/deno_command.ts";
import { aborted, pause } from "../../runtime/program/abort.ts";
import { Failure, Fault } from "../../runtime/program/errors.ts";
import type { Interrupts } from "../../runtime/program/interrupts.ts";
import type { Config } from "../../supervisor/config/config.ts";
import {
  type Commands,
  connectControl,
  requireUnclaimed,
  type WaitOutcome,
} from "../../supervisor/control/client.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";
import { countedOf, isGood } from "../control/service_report.ts";
import { tellingTrouble } from "../control/trouble.ts";
import {
  describeLate,
  describeState,
  measured,
} from "../control/wait_report.ts";
import { lastStates } from "./last_states.ts";
import { openOwnLog, type OwnLog } from "./own_log.ts";

/**
 * `supervise` as a process of its own. A small young generation costs nothing
 * measurable here and saves 12 MB.
 */
export const SUPERVISE: DenoScript = {
  script: join(import.meta.dirname!, "../supervise.ts"),
  permissions: "all",
  v8Flags: ["--max-semi-space-size=1"],
};

/** How long an answer may come late, in milliseconds. */
const ANSWER_MS = 30_000;
/** How long a supervisor takes to end, besides its services, in milliseconds. */
const END_MS = 10_000;

/** How the wait has ended: with an answer, the process, or neither. */
type End =
  | { kind: "answered"; outcome: WaitOutcome }
  | { kind: "ended"; code: number }
  | { kind: "silent" };

/** What {@linkcode superviseInBackground} needs besides the config. */
export interface BackgroundOptions {
  /** How long all services have to become healthy. */
  timeoutMs: number;
  /** Ctrl-C and SIGTERM: they end what was started. */
  interrupts: Pick<Interrupts, "stop" | "hurry">;
}

/**
 * Starts a supervisor that outlives this process.
 *
 * @param config What to run.
 * @param selection What was said of the services to run: names and profiles.
 * @returns The services, once all are healthy or have completed.
 * @throws {Fault} `already_exists` if a supervisor runs the config; it is not
 * touched.
 * @throws {Failure} If they are not healthy in time, saying which; nothing is
 * left running then.
 */
export async function superviseInBackground(
  config: Config,
  selection: readonly string[],
  { timeoutMs, interrupts: { stop, hurry } }: BackgroundOptions,
): Promise<MeasuredSnapshot[]> {
  const deadline = performance.now() + timeoutMs;
  await requireUnclaimed(config);
  await using log = await openOwnLog(config.stateDir);
  const child = startSupervisor(config, selection, log);
  const control = await connectControl(config.path, { waitForReady: true });
  const end = await Promise.race([
    answerOf(control, child.pid, deadline),
    child.status.then(({ code }): End => ({ kind: "ended", code })),
    pause(timeoutMs + ANSWER_MS, stop).then((): End => ({ kind: "silent" })),
  ]);
  if (end.kind === "ended") {
    return await endedByItself(config, child.pid, end.code, log);
  }
  const late = end.kind === "answered" ? describeLate(end.outcome) : [];
  if (end.kind === "answered" && late.length === 0) {
    await log.keep();
    child.unref();
    return await measured(control, end.outcome.services);
  }
  const isTimeUp = performance.now() >= deadline;
  await endChild(child, config, hurry);
  await log.keep();
  if (stop.aborted) {
    throw new Failure("Interrupted: all is stopped again", stop.reason);
  }
  const isFailed = end.kind === "answered" && end.outcome.failed;
  throw notUp(
    isTimeUp && !isFailed ? ` within ${exactTime(timeoutMs)}` : "",
    late.length > 0 ? late : ["the supervisor has not answered"],
    config,
  );
}

function startSupervisor(
  config: Config,
  selection: readonly string[],
  { path }: Pick<OwnLog, "path">,
): Deno.ChildProcess {
  const { INIT_CWD: _, ...env } = Deno.env.toObject();
  const { program, args } = denoCommand({
    ...SUPERVISE,
    args: ["--quiet", `--config=${config.path}`, ...selection],
  });
  return new Deno.Command("/bin/sh", {
    args: ["-c", 'exec "$@" >>"$0" 2>&1', path, program, ...args],
    env,
    clearEnv: true,
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Resolves with the answer of our own supervisor, whoever else may answer. */
async function answerOf(
  control: Commands,
  pid: number,
  deadline: number,
): Promise<End> {
  const leftMs = () => Math.max(1, Math.ceil(deadline - performance.now()));
  try {
    // At first only to hear that it listens: that takes from the time, too.
    let outcome = await control.wait([], {
      waitMs: 1,
      answerMs: leftMs() + ANSWER_MS,
    });
    if (outcome.late.length > 0 && !outcome.failed && leftMs() > 1) {
      const answer = control.wait([], { waitMs: leftMs() });
      outcome = outcome.supervisorPid === pid
        ? await tellingTrouble(control, [], answer)
        : await answer;
    }
    if (outcome.supervisorPid === pid) return { kind: "answered", outcome };
  } catch (error) {
    // It has ended, which its process tells; or it is silent until the end.
    if (!(error instanceof Fault)) throw error;
  }
  return await new Promise(() => {});
}

/** Ends our supervisor with all that it runs; returns when it is gone. */
async function endChild(
  child: Deno.ChildProcess,
  { services }: Config,
  hurry: AbortSignal,
): Promise<void> {
  const send = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended
    }
  };
  const ended = child.status;
  send("SIGTERM");
  void aborted(hurry).then(() => send("SIGTERM"));
  // They may have to wait for one another, each for its whole grace.
  const graceMs = [...services.values()].flat()
    .reduce((total, { stopGraceMs }) => total + stopGraceMs, END_MS);
  const over = new AbortController();
  const isLate = await Promise.race([
    ended.then(() => false),
    pause(graceMs, over.signal).then(() => true),
  ]);
  over.abort();
  // Its guardian ends the services then.
  if (isLate) send("SIGKILL");
  await ended;
}

/** Tells how a supervisor has ended that nobody has asked to. */
async function endedByItself(
  config: Config,
  pid: number,
  code: number,
  log: OwnLog,
): Promise<MeasuredSnapshot[]> {
  // Another one was a moment faster, and the log is that one's.
  await requireUnclaimed(config);
  await log.keep();
  const services = await lastStates(config, pid);
  const unfinished = countedOf(services).filter((each) => !isGood(each));
  if (code === 0 && unfinished.length === 0) return services;
  // Where all is over, its log says the same of them.
  const isOver = unfinished.length > 0 &&
    services.every(({ status }) => status === "exited" || status === "failed");
  const words = [
    ...isOver ? [] : await log.lastWords(),
    ...isOver || code === 0 ? unfinished.map(describeState) : [],
  ];
  throw notUp(
    "",
    words.length > 0
      ? words
      : [`the supervisor has ended with code ${code}, without a word`],
    config,
  );
}

function notUp(
  within: string,
  lines: readonly string[],
  { stateDir }: Config,
): Failure {
  return new Failure(
    [
      `Cannot bring everything up${within}; all is stopped again:`,
      ...lines.map((line) => `  ${line}`),
      `Logs are in ${stateDir}/logs`,
    ].join("\n"),
  );
}

/** Writes a time as it was asked for, without rounding it. */
function exactTime(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}
