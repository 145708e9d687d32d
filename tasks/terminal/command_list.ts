/**
 * The list of commands, as `help` prints it.
 *
 * @module
 */

import { commandFor } from "../../runtime/program/command_name.ts";
import type { Group, Subcommand } from "../subcommands.ts";

/** What a command says of itself in the list. */
export type ListedCommand = Pick<Subcommand, "group" | "help">;

/** What stands above each group. */
export const GROUP_HEADINGS: Record<Group, string> = {
  everyday: "Every day",
  further: "Now and then",
  project: "For those who work on Denizen itself",
};

/** The groups, in the order in which they are listed. */
export const GROUPS = Object.keys(GROUP_HEADINGS) as readonly Group[];

/**
 * Writes the list.
 *
 * @param options `all`: every group, and not only the first.
 */
export function listCommands(
  commands: Record<string, ListedCommand>,
  { all }: { all: boolean },
): string {
  const usage = `Usage: ${commandFor("<command> [flags]")}`;
  const each = `\`${commandFor("help COMMAND")}\` says what a command takes.`;
  if (!all) {
    const names = namesOfGroup(commands, "everyday");
    const more = Object.keys(commands).length - names.length;
    return [
      usage,
      "",
      ...rows(commands, names),
      "",
      each,
      `\`${commandFor("help --all")}\` lists ${more} more.`,
    ].join("\n");
  }
  const groups = GROUPS.flatMap((group) => {
    const names = namesOfGroup(commands, group);
    return names.length === 0
      ? []
      : [`${GROUP_HEADINGS[group]}:`, ...rows(commands, names), ""];
  });
  return [usage, "", ...groups, each].join("\n");
}

/** The names of the commands of a group, in their order. */
export function namesOfGroup(
  commands: Record<string, ListedCommand>,
  group: Group,
): string[] {
  return Object.keys(commands).filter((name) =>
    commands[name]!.group === group
  );
}

/** One line a command; within a group they say what they do in one column. */
function rows(
  commands: Record<string, ListedCommand>,
  names: readonly string[],
): string[] {
  const width = Math.max(0, ...names.map((name) => name.length));
  return names.map((name) =>
    `  ${name.padEnd(width)}  ${commands[name]!.help}`
  );
}
