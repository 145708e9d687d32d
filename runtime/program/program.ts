/**
 * How a script runs as a process: its flags, its help, its stop.
 *
 * A script that is started by itself calls {@linkcode runProgram} and nothing
 * else at its top level. Exit codes are those of exit.ts, and 130 after Ctrl-C.
 *
 * @module
 */

import { Fault } from "./errors.ts";
import { exitWith } from "./exit.ts";
import { type Flag, type Flags, readFlags, toggle } from "./flags.ts";
import { describeHelp } from "./help.ts";
import { INTERRUPTED, listenForInterrupts } from "./interrupts.ts";
import { print } from "./log.ts";

/** What a program is, for its help. */
export interface Program<Spec extends Record<string, Flag<unknown>>> {
  /** Its path in the repository, for example "broker/main.ts". */
  name: string;
  /** What it does, in one line. */
  summary: string;
  flags: Spec;
}

/**
 * Runs a program and ends the process.
 *
 * SIGTERM and SIGINT abort the signal; the program then has all the time it
 * takes to finish, until a second one ends it at once.
 *
 * @example
 * ```ts
 * import { duration, pause, print, runProgram, text } from "denizen";
 *
 * await runProgram({
 *   name: "greet.ts",
 *   summary: "Says hello after a while.",
 *   flags: {
 *     name: text("NAME", "who is greeted", "world"),
 *     after: duration("how long to wait", "10ms"),
 *   },
 * }, async ({ name, after }, signal) => {
 *   await pause(after, signal); // ends early on SIGTERM and Ctrl-C
 *   print(`Hello, ${name}`);
 * });
 * ```
 *
 * @param program Its name and flags.
 * @param run What it does.
 */
export function runProgram<const Spec extends Record<string, Flag<unknown>>>(
  { name, summary, flags }: Program<Spec>,
  run: (flags: Flags<Spec>, signal: AbortSignal) => Promise<void>,
): Promise<never> {
  return exitWith(async () => {
    const all = { ...flags, help: toggle("print this") };
    const values = readFlags(Deno.args, all).flags;
    if (values.help) {
      print(describeHelp({ usage: `${name} [flags]`, summary, flags: all }));
      return;
    }
    using interrupts = listenForInterrupts();
    const { stop, hurry } = interrupts;
    hurry.addEventListener("abort", () => Deno.exit(hurry.reason));
    try {
      await run(values, stop);
    } catch (error) {
      // Whoever read our results has seen enough, as in `client | head -1`.
      const isRead = error instanceof Deno.errors.BrokenPipe;
      // A call that is under way when the program is told to stop ends so.
      const isCut = stop.aborted && error instanceof Fault &&
        error.code === "cancelled";
      if (!isRead && !isCut) throw error;
    }
    return stop.reason === INTERRUPTED ? INTERRUPTED : 0;
  });
}
