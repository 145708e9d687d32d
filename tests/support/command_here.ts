/**
 * Runs a command in the test's own process: for what is wrong with a command
 * line, which is said before anything is started.
 *
 * ```ts ignore
 * const ended = await endHere(() => monolith(["--batch=0"]));
 * ```
 *
 * A process of its own costs a fifth of a second more and shows nothing more
 * than that main.ts hands the exit code on.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { exitCodeOf } from "../../runtime/program/exit.ts";
import { divertLog, divertPrint } from "../../runtime/program/log.ts";
import type { Ended } from "./runs.ts";

/**
 * Runs a command to its end. Not beside other steps: whatever this process
 * prints meanwhile counts as the command's.
 */
export async function endHere(
  command: () => Promise<number | void>,
): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  using _log = divertLog((text) => void (stderr += text));
  using _print = divertPrint((text) => void (stdout += `${text}\n`));
  const code = await exitCodeOf(command);
  return { code, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
}

/** What a command of {@linkcode endBeside} has printed so far. */
interface Printed {
  stdout: string;
  stderr: string;
}

const printed = new AsyncLocalStorage<Printed>();
/** How many commands of {@linkcode endBeside} run. */
let running = 0;
let diverted: Disposable | undefined;

/**
 * Runs a command to its end, also beside others: what each prints is its own.
 *
 * Not for what writes past print() and log(), as `logs` and `events` do.
 *
 * @returns What it has printed, as it is.
 */
export async function endBeside(
  command: () => Promise<number | void>,
): Promise<Ended> {
  if (running++ === 0) diverted = divertEach();
  try {
    const own: Printed = { stdout: "", stderr: "" };
    const code = await printed.run(own, () => exitCodeOf(command));
    return { code, ...own };
  } finally {
    if (--running === 0) diverted?.[Symbol.dispose]();
  }
}

/** Gives what is printed to the command that prints it. */
function divertEach(): Disposable {
  const encoder = new TextEncoder();
  const log = divertLog((text) => {
    const own = printed.getStore();
    if (own) own.stderr += text;
    else Deno.stderr.writeSync(encoder.encode(text));
  });
  const print = divertPrint((text) => {
    const own = printed.getStore();
    if (own) own.stdout += `${text}\n`;
    else Deno.stdout.writeSync(encoder.encode(`${text}\n`));
  });
  return {
    [Symbol.dispose]() {
      log[Symbol.dispose]();
      print[Symbol.dispose]();
    },
  };
}
