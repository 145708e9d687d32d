/**
 * Runs bench/plain_script.ts, which stands for what one would write instead of a
 * pipeline.
 *
 * @module
 */

import { resolve } from "node:path";
import { denoCommand } from "../../runtime/process/deno_command.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { type RunContext, runProgram } from "./run_command.ts";
import type { Outcome } from "./same_results.ts";

const SCRIPT = resolve(PROJECT, "bench/plain_script.ts");

/** What the script gave, and what that took. */
export interface PlainRun extends Outcome {
  /** From its first statement to its result. */
  elapsedMs: number;
  /** CPU time in between. */
  cpuMs: number;
  /** The rest of the process's life. */
  startupMs: number;
}

/** Starts it over a file, as a process that may read that file only. */
export function plainScriptCommand(input: string) {
  return denoCommand({
    script: SCRIPT,
    args: [input],
    permissions: { read: [input] },
  });
}

/** Runs it over a file. */
export async function runPlainScript(
  input: string,
  context: RunContext,
): Promise<PlainRun> {
  const { stdout, wallMs } = await runProgram(
    "the plain script",
    plainScriptCommand(input),
    context,
  );
  const run: Omit<PlainRun, "startupMs"> = JSON.parse(stdout);
  return { ...run, startupMs: wallMs - run.elapsedMs };
}
