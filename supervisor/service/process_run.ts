/**
 * One process of a service, from its start until its group is empty.
 *
 * Says what happens to it, in the order in which it happens; what follows is
 * decided elsewhere.
 *
 * @module
 */

import type { Guardian } from "../../runtime/process/guardian.ts";
import { lineBlocks } from "../../runtime/process/output_lines.ts";
import { pipeChunks } from "../../runtime/process/pipe_chunks.ts";
import {
  describeUnstoppable,
  isGroupEmpty,
} from "../../runtime/process/process_group.ts";
import {
  type ProcessExit,
  type ProcessSpec,
  type StartedProcess,
  startProcess,
} from "../../runtime/process/start_process.ts";
import {
  type StopOptions,
  stopProcess,
  type StopResult,
} from "../../runtime/process/stop_process.ts";
import { abortOnDispose, pause } from "../../runtime/program/abort.ts";
import { withheld } from "../../runtime/process/command_line.ts";
import { processSpec } from "../config/command_line.ts";
import type { ServiceSpec } from "../config/service_spec.ts";
import type { OutputStream } from "../logs/log_file.ts";
import type { RunFile } from "../state_folder/run_file.ts";
import { watchHealth } from "./health_watch.ts";
import { type LastWords, lastWordsOf } from "./last_words.ts";
import { checkedPlaceOf, createDoubt } from "./own_place.ts";
import type { Finding, KeptProber } from "./probe.ts";
import { identityOf } from "./run_identity.ts";
import { describeStrays, type StrayFinder } from "./stray_processes.ts";
import { createWorkGauge } from "./work_gauge.ts";

/** What a process was started with. */
export interface InUse {
  spec: ServiceSpec;
  env: ProcessSpec["env"];
}

/** What happens to a process. */
export type RunMessage =
  /** A check has found what counts. */
  | { type: "probed"; finding: Finding }
  /** A check has found what does not count, in words. */
  | { type: "passed_over"; words: string }
  /** It has ended by itself, and others of its group run on. */
  | { type: "left_group" }
  | RunEnd
  /** It goes on to run, since it runs as somebody else, as these words say. */
  | { type: "unstoppable"; words: string };

/** The end of a process and of all that it has started. */
export interface RunEnd {
  type: "ended";
  exit: ProcessExit;
  lastWords: LastWords;
  /** What has left its group, in words; empty for nothing. */
  leftBehind: string;
}

/** What a process needs of its service. */
export interface RunContext {
  guardian: Pick<Guardian, "watch" | "forget">;
  runFile: Pick<RunFile, "add" | "remove">;
  strays: StrayFinder;
  /** The secret of the supervisor's run, which its process is given. */
  token: string;
  /** Asks it how it is; kept for all processes of the service. */
  prober: KeptProber;
  /** The sockets that answered at its address before it was started. */
  before: ReadonlySet<string>;
  /** How it is to be ended. */
  stopOptions(): StopOptions;
  /**
   * Takes a block of whole lines, or a text that has no line end yet; the process
   * waits until it is taken.
   */
  onOutput(stream: OutputStream, block: string): Promise<void>;
  /** Hears what else there is to be told of it. */
  onNote(words: string): void;
  /** Names the service that a process group belongs to, if it is one of ours. */
  serviceOf(group: number): string | undefined;
  /** True when a service of another name is to listen at a port of this machine. */
  isOthersPort(port: number, service: string): boolean;
}

/** One process, and all that it has started. */
export interface ProcessRun {
  readonly pid: number;
  readonly inUse: InUse;
  /** In milliseconds of performance.now(). */
  readonly startedAtMs: number;
  /** Resolves when its output has ended. */
  readonly output: Promise<unknown>;
  /** Has it end; once is enough. */
  stop(): void;
}

/** How long a text without line end is kept back, in milliseconds. */
const PROMPT_MS = 200;
/** How much of what a process wrote last to standard error is kept, in characters. */
const TAIL_CHARS = 64_000;
/** How long the last words of a process are waited for, in milliseconds. */
const LAST_WORDS_MS = 2_000;
/** The same where what it has left behind may hold its output open for ever. */
const LAST_WORDS_OPEN_MS = 20;

/** Stands for the exit of a process that has not ended. */
const NO_EXIT: ProcessExit = { code: 1, signal: null };

/**
 * Starts a process of a service.
 *
 * @param emit Hears what happens to it, from now until it has ended.
 * @throws If it cannot be started, with what the system says.
 */
export async function startProcessRun(
  spec: ServiceSpec,
  context: RunContext,
  emit: (message: RunMessage) => void,
): Promise<ProcessRun> {
  const { guardian, strays, runFile } = context;
  const ready = await processSpec(spec);
  const env = {
    ...ready.env,
    ...strays.variables(spec.name),
    ...identityOf(spec, context.token),
  };
  const process = startProcess({ ...ready, env }, guardian);
  const { pid, startTicks } = process;
  if (startTicks !== undefined) {
    runFile.add({ name: spec.name, pid, startTicks });
  }
  const startedAtMs = performance.now();
  const probing = new AbortController();
  /** Resolves when it turns out that it may not be ended. */
  const unstoppable = Promise.withResolvers<ProcessExit>();
  let stopping: Promise<StopResult> | undefined;
  let errorTail = "";

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
  const output = Promise.allSettled([
    take(process.stdout, "stdout"),
    take(process.stderr, "stderr"),
  ]);

  /** Sees it to its end, and to that of all it has started. */
  const attend = async () => {
    const exit = await Promise.race([process.exit, unstoppable.promise]);
    probing.abort();
    if (!stopping && !await isGroupEmpty(pid)) {
      emit({ type: "left_group" });
      stopping = stopProcess(process, context.stopOptions());
    }
    const stopped = await stopping;
    guardian.forget(pid);
    if (stopped && stopped.left.length > 0) {
      // It stays on the list: the next supervisor is to know of it.
      return emit({
        type: "unstoppable",
        words: describeUnstoppable(stopped.left),
      });
    }
    runFile.remove(pid);
    // A stop does not reach what has left the group.
    const left = await strays.find(spec.name);
    using over = abortOnDispose();
    const patienceMs = left.length > 0 ? LAST_WORDS_OPEN_MS : LAST_WORDS_MS;
    // Whoever takes its lines may be slow, and the last of them tell why it ended.
    await Promise.race([output, pause(patienceMs, over.signal)]);
    emit({
      type: "ended",
      exit,
      lastWords: lastWordsOf(exit, errorTail, spec, withheld(ready)),
      leftBehind: left.length > 0 ? describeStrays(left) : "",
    });
  };
  void attend();
  void keepProbing(
    { spec, env, process, startedAtMs, signal: probing.signal },
    context,
    emit,
  );

  return {
    pid,
    inUse: { spec, env: ready.env },
    startedAtMs,
    output,
    stop() {
      probing.abort();
      stopping ??= stopProcess(process, context.stopOptions());
      void stopping.then(({ left, exit }) => {
        if (left.length > 0 && !exit) unstoppable.resolve(NO_EXIT);
      });
    },
  };
}

/** What is asked how it is. */
interface Probed {
  spec: ServiceSpec;
  /** Its environment, which a program that checks it has, too. */
  env: Record<string, string>;
  process: Pick<StartedProcess, "pid" | "startTicks">;
  startedAtMs: number;
  /** Aborts when it is no longer to be asked. */
  signal: AbortSignal;
}

/** Asks a process how it is, as its healthcheck says. */
async function keepProbing(
  { spec, env, process: { pid, startTicks }, startedAtMs, signal }: Probed,
  { prober, before, serviceOf, isOthersPort, onNote }: RunContext,
  emit: (message: RunMessage) => void,
): Promise<void> {
  const { healthcheck, workingDir: cwd } = spec;
  if (!healthcheck) return;
  const { ask } = prober.of(healthcheck, { cwd, env });
  const place = checkedPlaceOf(spec, isOthersPort);
  const claim = { place, group: pid, startTicks, before, serviceOf };
  const doubt = place ? createDoubt({ ...claim, place }, onNote) : undefined;
  await watchHealth({
    healthcheck,
    startedAtMs,
    ask: async (signal) => {
      const answer = await ask(signal);
      return doubt ? await doubt(answer) : answer;
    },
    work: createWorkGauge(pid),
    found: (finding) => emit({ type: "probed", finding }),
    passedOver: (words) => emit({ type: "passed_over", words }),
    signal,
  });
}
