/**
 * The help of a command, in one shape for all commands.
 *
 * @module
 */

import { commandFor } from "../../runtime/program/command_name.ts";
import type { Flag } from "../../runtime/program/flags.ts";
import { describeHelp } from "../../runtime/program/help.ts";
import { print } from "../../runtime/program/log.ts";
import { columnsOf } from "./columns.ts";

/** What a command says of itself. */
export interface CommandHelp {
  /** The subcommand and what may follow it, as in `ps [flags]`. */
  usage: string;
  /** What it does, in one line. */
  summary: string;
  flags: Record<string, Flag<unknown>>;
}

/** Takes what would be printed, for whoever reads the flags. */
let helpTaker: ((help: CommandHelp) => void) | undefined;

/** Hands what a command says of itself to `take`, until disposed. */
export function divertHelp(take: (help: CommandHelp) => void): Disposable {
  helpTaker = take;
  return {
    [Symbol.dispose]() {
      if (helpTaker === take) helpTaker = undefined;
    },
  };
}

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
  if (helpTaker) return helpTaker({ usage, summary, flags });
  print(
    describeHelp(
      { usage: commandFor(usage), summary, flags },
      columnsOf(Deno.stdout),
    ),
  );
}
