/**
 * Keeps one service running: the only owner of its process.
 *
 * Every wish, every exit and every answer of a probe is a message in one
 * mailbox and is dealt with one at a time, so two callers cannot race. What to
 * do is decided by pure functions (state.ts, restart_policy.ts); here it is
 * done.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import type { Guardian } from "../../runtime/process/guardian.ts";
import { lineBlocks } from "../../runtime/process/output_lines.ts";
import { pipeChunks } from "../../runtime/process/pipe_chunks.ts";
import {
  describeUnstoppable,
  isGroupEmpty,
} from "../../runtime/process/process_group.ts";
import { nextStep, NO_RESTARTS } from "../../runtime/process/restart_policy.ts";
import {
  describeExit,
  type ProcessExit,
  type ProcessSpec,
  type StartedProcess,
  startProcess,
} from "../../runtime/process/start_process.ts";
import {
  stopProcess,
  type StopResult,
} from "../../runtime/process/stop_process.ts";
import { pause } from "../../runtime/program/abort.ts";
import { quantity } from "../../runtime/program/numbers.ts";
import { processSpec } from "../config/command_line.ts";
import { addressOf, type ServiceSpec } from "../config/service_spec.ts";
import type { OutputStream } from "../logs/log_file.ts";
import type { RunFile } from "../state_folder/run_file.ts";
import { findCrash, lastLine } from "./crash_report.ts";
import { describeDenial, findDenial } from "./denial.ts";
import type { ServiceNote } from "./note.ts";
import {
  checkedPlaceOf,
  createDoubt,
  lookBefore,
  type Occupation,
  placeOf,
} from "./own_place.ts";
import { createProber, type Finding, type Prober } from "./probe.ts";
import { describeStartFailure } from "./start_failure.ts";
import { watchHealth } from "./health_watch.ts";
import { createWorkGauge } from "./work_gauge.ts";
import { isAtRest, nextState, type State, type StateEvent } from "./state.ts";
import { describeStrays, type StrayFinder } from "./stray_processes.ts";

/** What a loop needs from its supervisor. */
export interface LoopContext {
  guardian: Pick<Guardian, "watch" | "forget">;
  runFile: Pick<RunFile, "add" | "remove">;
  strays: StrayFinder;
  /** Resolves once the service may start; throws if it never can. */
  untilMayStart(
    report: (waitingFor: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Takes a block of whole lines, or a text that has no line end yet; the process
   * waits until it is taken.
   */
  onOutput(stream: OutputStream, block: string): Promise<void>;
  /** Hears of each change of state, with words for it. */
  onChange(previous: State, message: string): void;
  /** Hears of what changes no state, with words for it. */
  onNote(note: ServiceNote, message: string): void;
  /** Names the service that a process group belongs to, if it is one of ours. */
  serviceOf(group: number): string | undefined;
  /** True when a service of another name is to listen at a port of this machine. */
  isOthersPort(port: number, service: string): boolean;
  /** Ends the grace of whatever is being stopped when it aborts. */
  hurry: AbortSignal;
  /** From 0 up to but not including 1. @default {Math.random} */
  random?: () => number;
}

/** What a process was started with. */
export interface InUse {
  spec: ServiceSpec;
  env: ProcessSpec["env"];
}

/** What a process and all that it has started use. */
export interface MemoryUsage {
  pid: number;
  rssBytes: number;
  limitBytes: number;
}

/** One service being looked after. */
export interface ServiceLoop {
  /** What its next process is started with. */
  readonly spec: ServiceSpec;
  /** What the process that runs was started with. */
  readonly inUse: InUse | undefined;
  readonly state: State;
  /** What its processes have left behind, in words; empty for nothing. */
  readonly leftBehind: string;
  /** How often it was started again after it had ended by itself. */
  readonly restarts: number;
  /** Runs it, once its dependencies allow; forgets earlier restarts. */
  start(): void;
  /** Ends it. */
  stop(): void;
  /**
   * Takes over a new spec. The process that runs is left alone: until it is
   * started again, only how it is ended and what follows its end are new.
   */
  update(spec: ServiceSpec): void;
  /** Ends a process that uses too much, as if it had failed. */
  endOverLimit(usage: MemoryUsage, reason: string): void;
  /**
   * Has something told that changes no state.
   *
   * @param note What kind of event it is. @default {`service_note`}
   */
  tell(message: string, note?: ServiceNote): void;
  /** Resolves once `wanted` is true of the state. Rejects on abort. */
  until(
    wanted: (state: State) => boolean,
    signal?: AbortSignal,
  ): Promise<State>;
  /** Resolves when everything its processes wrote has been taken. */
  drained(): Promise<void>;
}

/** Without a healthcheck, a process that has run so long counts as healthy. */
export const PROVEN_MS = 1_000;
/** How long a text without line end is kept back, in milliseconds. */
const PROMPT_MS = 200;
/** How much of what a process wrote last to standard error is kept, in characters. */
const TAIL_CHARS = 64_000;
/** Said of a process that has ended well and left others running. */
const IN_BACKGROUND =
  "it left processes running: does it put itself into the background? Have it run in the foreground";
/** What a process is ended by for its own mistakes. */
const CRASHES: readonly Deno.Signal[] = [
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGSEGV",
  "SIGTRAP",
];
/** How long the last words of a process are waited for, in milliseconds. */
const LAST_WORDS_MS = 20;

/** Stands for the exit of a process that has not ended. */
const NO_EXIT: ProcessExit = { code: 1, signal: null };

type Message =
  | { type: "start" }
  | { type: "stop" }
  | { type: "may_start"; attempt: AbortSignal }
  | { type: "may_never_start"; attempt: AbortSignal; reason: string }
  | { type: "waits"; attempt: AbortSignal; for: string }
  | { type: "due"; attempt: AbortSignal }
  | { type: "probed"; run: Run; finding: Finding }
  | { type: "passed_over"; run: Run; words: string }
  | { type: "over_limit"; usage: MemoryUsage; reason: string }
  | { type: "left_group"; run: Run }
  | { type: "gone"; run: Run; exit: ProcessExit }
  /** It goes on to run, since it runs as somebody else, as these words say. */
  | { type: "unstoppable"; run: Run; words: string };

/** One process, from its start until its group is empty. */
interface Run {
  process: StartedProcess;
  inUse: InUse;
  startedAtMs: number;
  healthySinceMs?: number;
  /** Why it was found unfit to run on, in words for its end, and when. */
  sick?: { why: string; atMs: number };
  /** True once it has used more than it may. */
  overLimit?: boolean;
  /** The stop that is under way. */
  stopping?: Promise<StopResult>;
  /** Resolves when it turns out that it may not be ended. */
  isUnstoppable: PromiseWithResolvers<ProcessExit>;
  /** Aborts when the process is no longer to be probed. */
  probing: AbortController;
  /** Resolves when its output has ended. */
  output: Promise<unknown>;
  /** True when others in its group ran on after it had ended by itself. */
  leftGroup?: boolean;
  /** The sockets that answered at its address before it was started. */
  before: ReadonlySet<string>;
}

/** How a process ended, or failed to start, though nobody had asked it to end. */
interface UnaskedEnd {
  success: boolean;
  /** As nextStep() takes it. */
  healthyMs: number | undefined;
  /** In words that follow the name of the service. */
  why: string;
  /** The same for the event, where less is to be said. @default {why} */
  told?: string;
  exit?: ProcessExit;
}

/** Looks after one service. Nothing runs before the first start(). */
export function createServiceLoop(
  initialSpec: ServiceSpec,
  context: LoopContext,
): ServiceLoop {
  let spec = initialSpec;
  let state: State = { status: "pending" };
  let restarts = 0;
  let restarted = NO_RESTARTS;
  let run: Run | undefined;
  /** What to do once the process that is being stopped is gone. */
  let afterwards: "rest" | "run" | "decide" = "decide";
  /** The wait, for dependencies or for a backoff, that leads to a start. */
  let attempt: AbortController | undefined;
  /** Kept from process to process while the question is the same. */
  let prober: Prober & { question: string } | undefined;
  let proberProcess: Pick<ProcessSpec, "cwd" | "env"> = {};
  let errorTail = "";
  let leftBehind = "";
  /** The sockets of others at its address that were last told of. */
  let toldOf: { key: string; words?: string | undefined } = { key: "" };
  let mailbox: Message[] = [];
  let busy = false;
  const watchers = new Set<() => void>();
  const outputs = new Set<Promise<unknown>>();

  const post = async (message: Message) => {
    mailbox.push(message);
    if (busy) return;
    busy = true;
    while (mailbox.length > 0) {
      const batch = mailbox;
      mailbox = [];
      for (const each of batch) await handle(each);
    }
    busy = false;
  };

  const apply = (event: StateEvent, message: string) => {
    const previous = state;
    state = nextState(previous, event);
    if (state === previous) return;
    if (message !== "") context.onChange(previous, message);
    for (const watcher of [...watchers]) watcher();
  };

  const handle = async (message: Message): Promise<void> => {
    switch (message.type) {
      case "start":
        if (run) {
          // It runs, or it is being stopped and is to run again.
          if (state.status === "stopping") afterwards = "run";
          return;
        }
        restarted = NO_RESTARTS;
        return seekStart();
      case "stop":
        attempt?.abort();
        attempt = undefined;
        if (run) {
          afterwards = "rest";
          return beginStop(run, "is asked to stop");
        }
        if (!isAtRest(state) || state.status === "pending") {
          apply({ type: "ended", asked: true }, "stopped before it ran");
        }
        return;
      case "waits":
        if (message.attempt.aborted) return;
        return apply(
          { type: "waits", for: message.for },
          `waits for ${message.for}`,
        );
      case "may_never_start":
        if (message.attempt.aborted) return;
        attempt = undefined;
        return apply(
          { type: "gave_up", reason: message.reason },
          message.reason,
        );
      case "may_start":
      case "due":
        if (message.attempt.aborted) return;
        if (message.type === "due") restarts++;
        attempt = undefined;
        return await launch();
      case "probed":
        if (message.run === run) hear(message.run, message.finding);
        return;
      case "passed_over":
        if (message.run === run) passOver(message.words);
        return;
      case "over_limit":
        if (run?.process.pid !== message.usage.pid || run.stopping) return;
        run.overLimit = true;
        run.sick ??= { why: message.reason, atMs: performance.now() };
        context.onNote(
          { type: "memory_exceeded", ...message.usage },
          message.reason,
        );
        return beginStop(run, "is stopped because it is over its mem_limit");
      case "left_group":
        return apply({ type: "stop_began" }, "left processes behind");
      case "gone":
        return await settle(message.run, message.exit);
      case "unstoppable":
        run = undefined;
        return apply({ type: "gave_up", reason: message.words }, message.words);
    }
  };

  /** Waits for the dependencies, then starts. */
  const seekStart = () => {
    attempt?.abort();
    attempt = new AbortController();
    const { signal } = attempt;
    apply(
      { type: "waits", for: "" },
      state.status === "pending" ? "" : "is asked to start",
    );
    context.untilMayStart(
      (waitingFor) =>
        void post({ type: "waits", attempt: signal, for: waitingFor }),
      signal,
    ).then(
      () => post({ type: "may_start", attempt: signal }),
      (error) =>
        post({
          type: "may_never_start",
          attempt: signal,
          reason: error instanceof Error ? error.message : String(error),
        }),
    );
  };

  const launch = async (): Promise<void> => {
    let started: StartedProcess;
    let inUse: InUse;
    const before = await lookBefore(
      spec.healthcheck?.anyProcess ? undefined : placeOf(spec),
    );
    const trouble = await troubleOf(before);
    try {
      const using = spec;
      const ready = await processSpec(using);
      inUse = { spec: using, env: ready.env };
      const env = { ...ready.env, ...context.strays.variables(using.name) };
      started = startProcess({ ...ready, env }, context.guardian);
    } catch (error) {
      const why = `could not start: ${await describeStartFailure(spec, error)}`;
      return followPolicy(
        { success: false, healthyMs: undefined, why },
        { type: "gave_up", reason: why },
      );
    }
    const { pid, startTicks } = started;
    if (startTicks !== undefined) {
      context.runFile.add({ name: spec.name, pid, startTicks });
    }
    errorTail = "";
    leftBehind = "";
    const mine: Run = {
      process: started,
      inUse,
      startedAtMs: performance.now(),
      probing: new AbortController(),
      isUnstoppable: Promise.withResolvers(),
      output: Promise.allSettled([
        take(started.stdout, "stdout"),
        take(started.stderr, "stderr"),
      ]),
      before: before.sockets,
    };
    run = mine;
    afterwards = "decide";
    outputs.add(mine.output);
    void mine.output.finally(() => outputs.delete(mine.output));
    void attend(mine);
    apply({
      type: "spawned",
      pid,
      atMs: mine.startedAtMs,
      probed: inUse.spec.healthcheck !== undefined,
      ...(trouble === undefined ? {} : { trouble }),
    }, `started, pid ${pid}`);
    void keepProbing(mine);
  };

  /**
   * Says who listens where the service is to, and tells of it once for each that
   * does.
   */
  const troubleOf = async ({ sockets, who }: Occupation) => {
    const key = [...sockets].join();
    const words = key === ""
      ? undefined
      : key === toldOf.key
      ? toldOf.words
      : `${addressOf(spec)} is taken before it starts, by ${await who()}`;
    if (words !== undefined && key !== toldOf.key) tell(words);
    toldOf = { key, words };
    return words;
  };

  const tell = (message: string) =>
    context.onNote({ type: "service_note" }, message);

  const take = async (
    bytes: ReadableStream<Uint8Array> | undefined,
    stream: OutputStream,
  ) => {
    if (!bytes) return;
    const blocks = lineBlocks(pipeChunks(bytes), { pauseMs: PROMPT_MS });
    for await (const block of blocks) {
      if (stream === "stderr") {
        errorTail = (errorTail + block.slice(-TAIL_CHARS)).slice(-TAIL_CHARS);
      }
      await context.onOutput(stream, block);
    }
  };

  /** Sees a process to its end, and to that of all it has started. */
  const attend = async (mine: Run) => {
    const { process } = mine;
    const exit = await Promise.race([process.exit, mine.isUnstoppable.promise]);
    mine.probing.abort();
    if (!mine.stopping && !await isGroupEmpty(process.pid)) {
      mine.leftGroup = true;
      void post({ type: "left_group", run: mine });
      mine.stopping = stopProcess(process, stopOptions());
    }
    const stopped = await mine.stopping;
    context.guardian.forget(process.pid);
    if (stopped && stopped.left.length > 0) {
      const words = describeUnstoppable(stopped.left);
      // It stays on the list: the next supervisor is to know of it.
      return void post({ type: "unstoppable", run: mine, words });
    }
    context.runFile.remove(process.pid);
    await lookForStrays();
    await Promise.race([mine.output, pause(LAST_WORDS_MS)]);
    await post({ type: "gone", run: mine, exit });
  };

  /** Says what has left the group: a stop does not reach it. */
  const lookForStrays = async () => {
    const strays = await context.strays.find(spec.name);
    if (strays.length === 0) return;
    leftBehind = describeStrays(strays);
    context.onNote({ type: "service_note" }, leftBehind);
  };

  const stopOptions = () => ({
    signal: spec.stopSignal,
    graceMs: spec.stopGraceMs,
    hurry: context.hurry,
  });

  const beginStop = (mine: Run, message: string) => {
    mine.probing.abort();
    apply({ type: "stop_began" }, message);
    mine.stopping ??= stopProcess(mine.process, stopOptions());
    void mine.stopping.then(({ left, exit }) => {
      if (left.length > 0 && !exit) mine.isUnstoppable.resolve(NO_EXIT);
    });
  };

  const keepProbing = async (mine: Run) => {
    const { spec: { healthcheck, workingDir: cwd }, env } = mine.inUse;
    if (!healthcheck) return;
    const { signal } = mine.probing;
    const question = JSON.stringify(healthcheck);
    if (prober?.question !== question) {
      prober = {
        question,
        ...createProber(healthcheck.probe, {
          timeoutMs: healthcheck.timeoutMs,
          guardian: context.guardian,
          process: () => proberProcess,
        }),
      };
    }
    const { name } = mine.inUse.spec;
    proberProcess = { cwd, env: { ...env, ...context.strays.variables(name) } };
    const { ask } = prober;
    const place = checkedPlaceOf(mine.inUse.spec, context.isOthersPort);
    const doubt = place
      ? createDoubt({
        place,
        group: mine.process.pid,
        startTicks: mine.process.startTicks,
        before: mine.before,
        serviceOf: context.serviceOf,
      }, tell)
      : undefined;
    await watchHealth({
      healthcheck,
      startedAtMs: mine.startedAtMs,
      ask: async (signal) => {
        const answer = await ask(signal);
        return doubt ? await doubt(answer) : answer;
      },
      work: createWorkGauge(mine.process.pid),
      found: (finding) => post({ type: "probed", run: mine, finding }),
      passedOver: (words) => post({ type: "passed_over", run: mine, words }),
      signal,
    });
  };

  const hear = (mine: Run, finding: Finding) => {
    const atMs = performance.now();
    if (finding.healthy) {
      if (state.status === "starting" || state.status === "unhealthy") {
        mine.healthySinceMs = atMs;
        delete mine.sick;
      }
      if (state.status === "healthy") {
        if (state.trouble !== undefined) tell("answers again");
        return apply({ type: "probe_passed", atMs }, "");
      }
      const afterMs = Math.round(atMs - mine.startedAtMs);
      return apply(
        { type: "probe_passed", atMs },
        `healthy after ${afterMs} ms`,
      );
    }
    mine.sick ??= { why: `was unhealthy: ${finding.reason}`, atMs };
    apply(
      { type: "probe_failed", reason: finding.reason },
      `unhealthy: ${finding.reason}`,
    );
    if (spec.restart.when !== "no") {
      beginStop(mine, "is stopped because it is unhealthy");
    }
  };

  /** Keeps what a check found that does not count, for whoever looks. */
  const passOver = (words: string) => {
    const wasTrouble = state.status === "healthy" && state.trouble;
    apply({ type: "probe_passed_over", words }, "");
    // Silence of what was healthy is news; before that it is to be expected.
    if (state.status === "healthy" && !wasTrouble) tell(words);
  };

  /** Says what a process failed of, and in its log what to do about it. */
  const lastWords = async ({ inUse: { spec } }: Run, exit: ProcessExit) => {
    const said = stripVTControlCharacters(errorTail);
    const denial = exit.signal === null ? findDenial(said) : undefined;
    if (!denial) {
      if (exit.signal === null) return findCrash(said) ?? lastLine(said);
      // Another signal comes from outside, whatever was written before.
      return CRASHES.includes(exit.signal) ? findCrash(said) ?? "" : "";
    }
    const words = describeDenial(denial, spec);
    await context.onOutput("stderr", `${words}\n`);
    return words;
  };

  /** Decides what follows the end of a process. */
  const settle = async (mine: Run, exit: ProcessExit) => {
    run = undefined;
    const how = describeExit(exit);
    if (afterwards === "rest") {
      return apply({ type: "ended", exit, asked: true }, how);
    }
    if (afterwards === "run") {
      apply({ type: "ended", exit, asked: true }, how);
      return seekStart();
    }
    const cause = exit.code === 0 ? "" : await lastWords(mine, exit);
    const wentAway = exit.code === 0 && (mine.leftGroup || leftBehind !== "");
    const words = cause
      ? `${how}: ${cause}`
      : wentAway
      ? `${how}; ${IN_BACKGROUND}`
      : how;
    const why = mine.sick?.why ?? words;
    return followPolicy(
      {
        success: exit.code === 0 && !mine.sick,
        healthyMs: healthyMs(mine, performance.now()),
        why,
        // The figures have been told when it was ended.
        ...(mine.overLimit ? { told: "was over its mem_limit" } : {}),
        exit,
      },
      mine.overLimit ? { type: "gave_up", reason: why, exit } : {
        type: "ended",
        exit,
        asked: false,
        ...(cause ? { reason: why } : {}),
      },
    );
  };

  /**
   * Decides what follows an end that nobody has asked for.
   *
   * @param end How it went, and in words why it is over.
   * @param finish What happens if the service is not to be started again.
   */
  const followPolicy = (
    { success, healthyMs, why, told = why, exit }: UnaskedEnd,
    finish: StateEvent,
  ) => {
    const atMs = performance.now();
    const step = nextStep(
      spec.restart,
      { success, healthyMs, atMs },
      restarted,
      (context.random ?? Math.random)(),
    );
    const ended = exit ? { exit } : {};
    switch (step.action) {
      case "finish":
        return apply(finish, told);
      case "give_up": {
        const within = `${(step.withinMs / 1_000).toFixed(1)} s`;
        const reason = `restarted ${
          quantity(step.restarts, "time")
        } within ${within}; the last time it ${why}`;
        return apply({ type: "gave_up", reason, ...ended }, reason);
      }
      case "restart": {
        restarted = step.history;
        const { crashLoop } = step;
        const loop = crashLoop === undefined
          ? ""
          : `crash loop, ${crashLoop} restarts`;
        apply(
          {
            type: "backs_off",
            untilMs: atMs + step.delayMs,
            reason: loop ? `${loop}; the last time it ${why}` : why,
            ...(crashLoop === undefined ? {} : { crashLoop }),
            ...ended,
          },
          `${told}; ${loop ? `${loop}; ` : ""}starts again ${
            step.delayMs === 0 ? "at once" : `in ${step.delayMs} ms`
          }`,
        );
        // Also at once it is a message: a stop must be heard between two starts.
        attempt = new AbortController();
        const { signal } = attempt;
        void pause(step.delayMs, signal).then(() =>
          post({ type: "due", attempt: signal })
        );
      }
    }
  };

  return {
    get spec() {
      return spec;
    },
    get inUse() {
      return run?.inUse;
    },
    get state() {
      return state;
    },
    get leftBehind() {
      return leftBehind;
    },
    get restarts() {
      return restarts;
    },
    start: () => void post({ type: "start" }),
    stop: () => void post({ type: "stop" }),
    update: (next) => void (spec = next),
    endOverLimit: (usage, reason) =>
      void post({ type: "over_limit", usage, reason }),
    tell: (message, note = { type: "service_note" }) =>
      context.onNote(note, message),
    until(wanted, signal) {
      return new Promise((resolve, reject) => {
        const done = () => {
          watchers.delete(look);
          signal?.removeEventListener("abort", abort);
        };
        const look = () => {
          if (!wanted(state)) return;
          done();
          resolve(state);
        };
        const abort = () => {
          done();
          reject(signal?.reason);
        };
        watchers.add(look);
        signal?.addEventListener("abort", abort, { once: true });
        if (signal?.aborted) abort();
        else look();
      });
    },
    async drained() {
      await Promise.all(outputs);
    },
  };
}

/** Returns how long a process was healthy; undefined if it never was. */
function healthyMs(
  { startedAtMs, healthySinceMs, sick, inUse }: Run,
  atMs: number,
): number | undefined {
  if (!inUse.spec.healthcheck) {
    return atMs - startedAtMs >= PROVEN_MS ? atMs - startedAtMs : undefined;
  }
  return healthySinceMs === undefined
    ? undefined
    : (sick?.atMs ?? atMs) - healthySinceMs;
}
