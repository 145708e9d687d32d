/**
 * Runs a service once, where the user stands: what it reads and writes is the
 * user's own terminal, file or pipe.
 *
 * It has the environment, the folder and the rights that it has under a
 * supervisor. It is a process group of its own, which ends with us, even if we
 * are killed. Nothing is logged, checked or restarted.
 *
 * @module
 */

import { withheld } from "../../runtime/process/command_line.ts";
import { startGuardian } from "../../runtime/process/guardian.ts";
import { describeExcess } from "../../runtime/process/memory_limit.ts";
import {
  isGroupEmpty,
  signalGroup,
} from "../../runtime/process/process_group.ts";
import { residentBytesOf } from "../../runtime/process/resource_usage.ts";
import { describeStartFailure } from "../../runtime/process/start_failure.ts";
import {
  type StartedProcess,
  startProcess,
} from "../../runtime/process/start_process.ts";
import { startInTerminal } from "../../runtime/process/terminal_process.ts";
import { stopProcess } from "../../runtime/process/stop_process.ts";
import { pause } from "../../runtime/program/abort.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { processSpec } from "../config/command_line.ts";
import type { ServiceSpec } from "../config/service_spec.ts";
import type { ModuleGuard } from "../modules/module_guard.ts";
import { lastWordsOf } from "./last_words.ts";
import { makeRoomForSocket } from "./own_socket.ts";
import { identityOf } from "./run_identity.ts";
import { createStrayFinder, describeStrays } from "./stray_processes.ts";
import { createPlaceLookout } from "./taken_place.ts";

/** What a service is run with. */
export interface ForegroundOptions {
  /** The token of the run that it belongs to. */
  token: string;
  modules: Pick<ModuleGuard, "refusalOf">;
  /** True where the service runs already, and has its place. */
  isBeside: boolean;
  /**
   * What it reads: what we would, nothing, or a terminal that it has for itself,
   * where that can be given.
   */
  input: "inherit" | "null" | "terminal";
  /** Called at the last moment before there is something that can be signalled. */
  onStarting(): void;
  /** Hears what there is to be told, while it runs and after. */
  onNote(words: string): void;
  /** Takes what it writes to standard error, where that has to be read. */
  onStderr(bytes: Uint8Array): Promise<void>;
}

/** A service that runs in the foreground. */
export interface ForegroundRun {
  readonly pid: number;
  /** True where the terminal sends its signals to the service, and not to us. */
  readonly hasTerminal: boolean;
  /** Passes a signal on to the service and all that it has started. */
  signal(signal: Deno.Signal): void;
  /**
   * Has it end: asks, and kills what is left after its grace.
   *
   * @param signal What asks it. @default {its stop_signal}
   */
  stop(signal?: Deno.Signal): void;
  /**
   * Resolves with its exit code once all that it has started is gone: 128 plus
   * the signal's number if a signal ended it, 137 if it used too much memory.
   */
  readonly ended: Promise<number>;
}

/** Time between two measurements of its memory, in milliseconds. */
const MEASURE_MS = 1_000;
/** How much of what it wrote last to standard error is kept, in characters. */
const TAIL_CHARS = 64_000;
/** How long the last words of a process are waited for, in milliseconds. */
const LAST_WORDS_MS = 200;
/** What the system ends a program with that has no memory left. */
const KILLED = 137;

/**
 * Starts a service.
 *
 * @throws {Failure} If it cannot be started, saying why.
 */
export async function startInForeground(
  spec: ServiceSpec,
  { token, modules, isBeside, input, onStarting, onNote, onStderr }:
    ForegroundOptions,
): Promise<ForegroundRun> {
  const strays = createStrayFinder();
  const guardian = startGuardian();
  const { process, given, hasTerminal } = await start();
  const { pid } = process;
  let stopping: Promise<unknown> | undefined;
  let excess = false;
  const stop = (signal = spec.stopSignal) => {
    const options = { signal, graceMs: spec.stopGraceMs };
    stopping ??= stopProcess(process, options);
  };
  return {
    pid,
    hasTerminal,
    stop,
    signal: (signal) => void signalGroup(pid, signal),
    ended: end(),
  };

  async function start() {
    try {
      if (!isBeside) {
        await createPlaceLookout(onNote)(spec);
        await makeRoomForSocket(spec.socket);
      }
      const refusal = await modules.refusalOf(spec);
      if (refusal !== undefined) throw new Failure(refusal);
      const given = await processSpec(spec);
      const env = {
        ...given.env,
        ...strays.variables(spec.name),
        ...identityOf(spec, token),
      };
      const whatToStart = {
        ...given,
        env,
        output: "inherit",
        // Deno's words on a missing right are read there.
        stderr: spec.runs.kind === "script" ? "piped" : "inherit",
      } as const;
      onStarting();
      const inTerminal = input === "terminal"
        ? await startInTerminal(whatToStart, guardian)
        : undefined;
      const process = inTerminal ?? startProcess(
        { ...whatToStart, stdin: input === "null" ? "null" : "inherit" },
        guardian,
      );
      return { process, given, hasTerminal: inTerminal !== undefined };
    } catch (error) {
      await guardian[Symbol.asyncDispose]();
      const reason = await describeStartFailure(spec, error);
      throw new Failure(`Cannot run "${spec.name}": ${reason}`);
    }
  }

  async function end(): Promise<number> {
    await using _guardian = guardian;
    const stderr = passOn(process.stderr, onStderr);
    using _limit = limitMemory(process, spec, (words) => {
      excess = true;
      onNote(`${words}, and is ended`);
      stop();
    });
    const exit = await process.exit;
    if (!await isGroupEmpty(pid)) stop();
    await stopping;
    guardian.forget(pid);
    const left = await strays.find(spec.name);
    // What is left behind may hold the output open for ever.
    const patience = left.length > 0 ? [pause(LAST_WORDS_MS)] : [];
    await Promise.race([stderr.ended, ...patience]);
    const { words, isAdvice } = lastWordsOf(
      exit,
      stderr.tail(),
      spec,
      withheld(given),
    );
    if (isAdvice) onNote(words);
    if (left.length > 0) onNote(describeStrays(left));
    return excess ? KILLED : exit.code;
  }
}

/** An output that is passed on as it comes. */
interface PassedOn {
  /** Resolves when it has ended and all of it is passed on. */
  ended: Promise<void>;
  /** What came last. */
  tail(): string;
}

function passOn(
  output: ReadableStream<Uint8Array> | undefined,
  take: (bytes: Uint8Array) => Promise<void>,
): PassedOn {
  const decoder = new TextDecoder();
  let tail = "";
  const pass = async () => {
    for await (const bytes of output ?? []) {
      await take(bytes);
      tail = (tail + decoder.decode(bytes, { stream: true }))
        .slice(-TAIL_CHARS);
    }
  };
  return { ended: pass(), tail: () => tail };
}

/** Watches over the memory of a process and all that it has started. */
function limitMemory(
  { pid }: Pick<StartedProcess, "pid">,
  { memLimitBytes }: Pick<ServiceSpec, "memLimitBytes">,
  onExcess: (words: string) => void,
): Disposable {
  let isMeasuring = false;
  const measure = async (limitBytes: number) => {
    if (isMeasuring) return;
    isMeasuring = true;
    try {
      const bytes = (await residentBytesOf([pid])).get(pid) ?? 0;
      if (bytes > limitBytes) {
        clearInterval(timer);
        onExcess(describeExcess(bytes, limitBytes));
      }
      isMeasuring = false;
    } catch {
      clearInterval(timer); // no /proc: as under a supervisor, no limit holds
    }
  };
  const timer = memLimitBytes === undefined
    ? undefined
    : setInterval(() => void measure(memLimitBytes), MEASURE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
