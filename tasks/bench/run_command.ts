/**
 * Runs one measured program to its end, as the process that a user would start.
 *
 * @module
 */

import { denoCommand } from "../../runtime/process/deno_command.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import {
  describeExit,
  type ProcessSpec,
  startProcess,
} from "../../runtime/process/start_process.ts";
import { stopProcess } from "../../runtime/process/stop_process.ts";
import { Failure } from "../../runtime/program/errors.ts";
import type { Interrupts } from "../../runtime/program/interrupts.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import type { RunReport } from "../run/report.ts";

/** How long an interrupted command has to put its own processes away. */
const GRACE_MS = 10_000;

/** What runs need of the command that makes them. */
export interface RunContext {
  guardian: Guardian;
  interrupts: Pick<Interrupts, "stop" | "hurry">;
}

/**
 * Writes the standard input of a command.
 *
 * @param to To be closed or left open, as the command shall see it.
 * @param signal Aborts when the command has ended, or is to end.
 */
export type Feed = (
  to: WritableStream<Uint8Array>,
  signal: AbortSignal,
) => Promise<void>;

/** The report of a command, and what only its caller can know. */
export interface CommandRun extends RunReport {
  /** From before the command was started to its chain being open. */
  commandToOpenMs: number;
}

/** What a program has printed, and how long it ran. */
export interface ProgramRun {
  stdout: string;
  /** Just before it was started, in milliseconds since 1970. */
  startedAtMs: number;
  /** From before it was started to after its end, in milliseconds. */
  wallMs: number;
}

/**
 * Runs `main.ts <args> --json`.
 *
 * @param feed Writes its standard input, which is empty without it.
 * @returns The document it prints, and how long its start took.
 * @throws {Failure} If it fails, with its own message; or when it was
 * interrupted, after its end.
 */
export async function runCommand(
  args: readonly string[],
  context: RunContext,
  feed?: Feed,
): Promise<CommandRun> {
  const command = denoCommand({
    script: "main.ts",
    args: [...args, "--json"],
    permissions: "all",
  });
  const name = args.slice(0, 2).join(" ");
  const run = await runProgram(name, command, context, feed);
  const report: RunReport = JSON.parse(run.stdout);
  const commandToOpenMs = Date.parse(report.openedAt) - run.startedAtMs;
  return { ...report, commandToOpenMs };
}

/**
 * Runs any program in the project's folder.
 *
 * @param name What it is called where it fails.
 * @param feed Writes its standard input, which is empty without it.
 * @throws {Failure} If it fails, with its own message; or when it was
 * interrupted, after its end.
 */
export async function runProgram(
  name: string,
  command: Pick<ProcessSpec, "program" | "args">,
  { guardian, interrupts: { stop, hurry } }: RunContext,
  feed?: Feed,
): Promise<ProgramRun> {
  const cannot = `Cannot measure "${name}"`;
  if (stop.aborted) throw new Failure(`${cannot}: it was interrupted`);
  const startMs = performance.now();
  const child = startProcess({
    ...command,
    cwd: PROJECT,
    stdin: feed ? "piped" : "null",
  }, guardian);
  const gone = new AbortController();
  void child.exit.then(() => gone.abort());
  const end = () => stopProcess(child, { graceMs: GRACE_MS, hurry });
  stop.addEventListener("abort", end, { once: true });
  try {
    const [stdout, stderr, exit] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exit,
      feed?.(child.stdin!, AbortSignal.any([stop, gone.signal])),
    ]);
    const wallMs = performance.now() - startMs;
    if (stop.aborted) throw new Failure(`${cannot}: it was interrupted`);
    if (exit.code !== 0) {
      const said = stderr.trim();
      throw new Failure(
        `${cannot}: it ${describeExit(exit)}${said && `: ${said}`}`,
      );
    }
    const startedAtMs = performance.timeOrigin + startMs;
    return { stdout, startedAtMs, wallMs };
  } finally {
    stop.removeEventListener("abort", end);
    await end();
    guardian.forget(child.pid);
  }
}
