/**
 * What every command takes, from the helps of the commands themselves.
 *
 * Each command is asked for its help as a user would ask, and hands over the
 * flags that it reads. So a new flag is completed without another word.
 *
 * @module
 */

import { dashed, HELP, HELP_WORDS } from "../../runtime/program/flags.ts";
import { help } from "../help.ts";
import { subcommandsHere } from "../subcommands.ts";
import { type CommandHelp, divertHelp } from "../terminal/help.ts";
import {
  type Candidates,
  candidatesOf,
  type Words,
  wordsOf,
} from "./candidates.ts";

/** One flag as it is written. */
export interface FlagSpec {
  /** With its dashes: `--json`, `-f`. */
  name: string;
  help: string;
  /** What stands for its value in the help; not there for a switch. */
  placeholder?: string;
  /** What its value may be; not there for a switch. */
  value?: Candidates;
  repeats: boolean;
}

/** One command, or a part of one. */
export interface CommandSpec {
  /** Its words, as in `["permissions", "learn"]`. */
  command: readonly string[];
  /** What it does, in a line. */
  help: string;
  flags: readonly FlagSpec[];
  words: Words;
  /** Words that make another command of it. */
  parts: readonly string[];
}

/** Asks all commands, in the order in which the help lists them. */
export async function commandSpecs(): Promise<CommandSpec[]> {
  const specs: CommandSpec[] = [];
  for (
    const [name, { help, load, parts = [] }] of Object.entries(
      subcommandsHere(),
    )
  ) {
    const run = await load();
    specs.push({
      ...specOf([name], await askedOf(() => run(["--help"]))),
      help,
      parts,
    });
    for (const part of parts) {
      const said = await askedOf(() => run([part, "--help"]));
      specs.push(specOf([name, part], said));
    }
  }
  specs.push(specOf(["help"], await askedOf(() => help(["--help"]))));
  return specs;
}

/** Runs a command that prints its help, and takes what it hands over. */
async function askedOf(
  run: () => Promise<number | void>,
): Promise<CommandHelp> {
  const taken: CommandHelp[] = [];
  using _diverted = divertHelp((help) => void taken.push(help));
  await run();
  const [said] = taken;
  if (said) return said;
  throw new TypeError("A command does not print its help by printHelp()");
}

function specOf(
  command: readonly string[],
  { usage, summary, flags }: CommandHelp,
): CommandSpec {
  return {
    command,
    help: summary,
    flags: Object.entries(flags).flatMap(([name, flag]) => {
      const { help, placeholder } = flag;
      const repeats = flag.repeats ?? help.includes("may be repeated");
      const names = name === HELP ? HELP_WORDS : [dashed(name)];
      return names.map((name) => ({
        name,
        help,
        repeats,
        ...(placeholder === undefined
          ? {}
          : { placeholder, value: candidatesOf(placeholder) }),
      }));
    }),
    words: wordsOf(usage, command),
    parts: [],
  };
}
