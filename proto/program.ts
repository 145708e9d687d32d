/**
 * How a script runs as a process: its flags, its help, its stop.
 *
 * A script that is started by itself calls {@linkcode runProgram} and nothing
 * else at its top level. Exit codes are those of exit.ts, and 130 after Ctrl-C.
 *
 * @module
 */

import { exitWith } from "./exit.ts";
import {
  describeFlags,
  type Flag,
  type Flags,
  readFlags,
  toggle,
} from "./flags.ts";
import { print } from "./log.ts";

/** What a program is, for its help. */
export interface Program<Spec extends Record<string, Flag<unknown>>> {
  /** Its path in the repository, for example "broker/main.ts". */
  name: string;
  /** What it does, in one line. */
  summary: string;
  flags: Spec;
}

/** The signals that stop a program: what a first one leads to, and a second. */
const STOPS = [
  { signal: "SIGTERM", exitCode: 0, forcedExitCode: 143 },
  { signal: "SIGINT", exitCode: 130, forcedExitCode: 130 },
] as const;

/**
 * Two signals within this time are one Ctrl-C, in milliseconds: the terminal
 * signals every process in the foreground, and `deno task` passes its own on.
 */
export const SAME_KEY_MS = 300;

/**
 * Runs a program and ends the process.
 *
 * SIGTERM and SIGINT abort the signal; the program then has all the time it
 * takes to finish, until a second one ends it at once.
 *
 * @param program Its name and flags.
 * @param run What it does.
 */
export function runProgram<const Spec extends Record<string, Flag<unknown>>>(
  { name, summary, flags }: Program<Spec>,
  run: (flags: Flags<Spec>, signal: AbortSignal) => Promise<void>,
): Promise<never> {
  return exitWith(async () => {
    if (Deno.args.includes("--help")) {
      const all = { ...flags, help: toggle("print this") };
      print(`${name}\n${summary}\n\n${describeFlags(all)}`);
      return;
    }
    const stop = new AbortController();
    let stoppedCode = 0;
    let stoppedAtMs = 0;
    for (const { signal, exitCode, forcedExitCode } of STOPS) {
      Deno.addSignalListener(signal, () => {
        if (stop.signal.aborted) {
          if (performance.now() - stoppedAtMs < SAME_KEY_MS) return;
          Deno.exit(forcedExitCode);
        }
        stoppedCode = exitCode;
        stoppedAtMs = performance.now();
        stop.abort();
      });
    }
    try {
      await run(readFlags(Deno.args, flags).flags, stop.signal);
    } catch (error) {
      // Whoever read our results has seen enough, as in `client | head -1`.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
    return stoppedCode;
  });
}
