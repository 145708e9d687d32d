/**
 * The `help` command: which commands there are, or what one of them takes.
 *
 * It is no subcommand like the others: main.ts also runs it where none is named.
 *
 * @module
 */

import { readFlags, toggle } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { requireSubcommand, subcommandsHere } from "./subcommands.ts";
import { listCommands } from "./terminal/command_list.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const helpFlags = {
  all: toggle("list every command, also those for Denizen's own developers"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, or the words of a command, whose own help
 * is printed.
 * @throws {UsageError} If a flag is wrong, or there is no such command.
 */
export async function help(argv: string[]): Promise<number | void> {
  const [name, ...words] = argv;
  if (name !== undefined && name !== "help" && !name.startsWith("-")) {
    const run = await requireSubcommand(name).load();
    return await run([...words, "--help"]);
  }
  const { flags } = readFlags(argv, helpFlags, { maxWords: 1 });
  if (flags.help || name === "help") {
    const summary = "Lists the commands, or prints the help of one.";
    return printHelp("help [flags] [command]", summary, helpFlags);
  }
  print(listCommands(subcommandsHere(), flags));
}
