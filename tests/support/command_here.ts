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
