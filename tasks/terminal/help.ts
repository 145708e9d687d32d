/**
 * The help of a command, in one shape for all commands.
 *
 * @module
 */

import { commandFor } from "../../runtime/program/command_name.ts";
import type { Flag } from "../../runtime/program/flags.ts";
import { describeHelp } from "../../runtime/program/help.ts";
import { print } from "../../runtime/program/log.ts";

/**
 * Prints the help of a command to standard output.
 *
 * @param usage The subcommand and what may follow it, as in `ps [flags]`.
 * @param summary What it does, in one line.
 */
export function printHelp(
  usage: string,
  summary: string,
  flags: Record<string, Flag<unknown>>,
): void {
  print(describeHelp({ usage: commandFor(usage), summary, flags }));
}
