/**
 * Starts one program as the leader of a process group of its own.
 *
 * stop_process.ts ends the whole group, so whatever the program starts ends
 * with it. If we are killed, the guardian ends the group.
 *
 * @module
 */

import { type Environment, inheritedEnvironment } from "./environment.ts";
import type { Guardian } from "./guardian.ts";
import { readStatNow, signalGroup } from "./process_group.ts";
import { throughGate } from "./start_gate.ts";

/** What to run. */
export interface ProcessSpec {
  /** The program, as a path or as a name to look up in PATH. */
  program: string;
  args: readonly string[];
  /** The folder to run in. @default {that of this process} */
  cwd?: string;
  /** All its variables. @default {those of this process} */
  env?: Environment;
  /**
   * What it reads: nothing, what this process would, or what is written to
   * {@linkcode StartedProcess.stdin}. @default {"null"}
   */
  stdin?: "null" | "inherit" | "piped";
  /** Which rights the files that it makes never have. @default {as for this process} */
  umask?: number;
  /** What happens to its output. @default {"piped"} */
  output?: OutputKind;
  /** What happens to its standard error alone. @default {what `output` says} */
  stderr?: OutputKind;
}

/** What happens to an output: it is read here, dropped, or goes where ours goes. */
export type OutputKind = "piped" | "null" | "inherit";

/** How a process ended. */
export interface ProcessExit {
  /** Its exit code; 128 plus the signal's number if a signal ended it. */
  code: number;
  signal: Deno.Signal | null;
}

/** A process that has been started. */
export interface StartedProcess {
  /** Also names its group. */
  readonly pid: number;
  /** When it started, in clock ticks since boot; undefined without /proc. */
  readonly startTicks: number | undefined;
  /** Resolves when the process itself has ended; its group may live on. */
  readonly exit: Promise<ProcessExit>;
  /** What it reads, with `stdin: "piped"`, open until it is closed. */
  readonly stdin: WritableStream<Uint8Array> | undefined;
  /** Its output; undefined unless it is piped. Read it, or it will block. */
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  readonly stderr: ReadableStream<Uint8Array> | undefined;
}

/** What starting a process needs of the guardian. */
export type StartGuardian =
  & Pick<Guardian, "watch">
  & { readonly folder?: Guardian["folder"] };

/**
 * Starts a program.
 *
 * @param spec What to run.
 * @param guardian Told of the group; tell it to forget once the group is empty.
 * @throws {Deno.errors.NotFound} If there is no such program or folder.
 */
export function startProcess(
  {
    program,
    args,
    cwd,
    env = inheritedEnvironment(),
    stdin = "null",
    umask,
    output = "piped",
    stderr = output,
  }: ProcessSpec,
  guardian: StartGuardian,
): StartedProcess {
  const known = throughGate([program, ...args], {
    cwd: cwd ?? Deno.cwd(),
    environment: env,
    folder: guardian.folder,
  });
  const command = new Deno.Command(known.program, {
    args: known.args,
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...env },
    clearEnv: true,
    detached: true,
    stdin,
    stdout: output,
    stderr,
  });
  const child = withUmask(umask, () => command.spawn());
  let startTicks: number | undefined;
  try {
    guardian.watch(child.pid);
    startTicks = readStatNow(child.pid)?.startTicks;
  } catch (error) {
    // No room for the guardian's list, no descriptor for /proc: nobody would
    // look after it.
    signalGroup(child.pid, "SIGKILL");
    throw error;
  }
  return {
    pid: child.pid,
    startTicks,
    exit: child.status.then(({ code, signal }) => ({ code, signal })),
    stdin: stdin === "piped" ? child.stdin : undefined,
    stdout: output === "piped" ? child.stdout : undefined,
    stderr: stderr === "piped" ? child.stderr : undefined,
  };
}

/**
 * Starts a process with a mask: it begins with that of whoever starts it, and
 * nothing else runs meanwhile.
 */
export function withUmask<T>(umask: number | undefined, start: () => T): T {
  if (umask === undefined) return start();
  const before = Deno.umask(umask);
  try {
    return start();
  } finally {
    Deno.umask(before);
  }
}

/** Says how a process ended, for a sentence: "exited with code 1". */
export function describeExit({ code, signal }: ProcessExit): string {
  return signal === null
    ? `exited with code ${code}`
    : `was ended by ${signal}`;
}
