/**
 * Writes docs/commands.md: every command with its help, as the command prints
 * it.
 *
 * It asks each command itself, so the page cannot say anything else.
 *
 * @module
 */

import { divertPrint } from "../../runtime/program/log.ts";
import { SUBCOMMANDS } from "../subcommands.ts";
import {
  GROUP_HEADINGS,
  GROUPS,
  namesOfGroup,
} from "../terminal/command_list.ts";

const HEAD = `<!-- Written by \`deno task schema\`; do not edit. -->

# Commands

Each is a task, \`deno task <command>\`, and each takes \`--help\`; so
\`deno task help ps\` is \`deno task ps --help\`. Exit codes: 0 good, 1 failed, 2 the command line or the configuration is wrong, 130 after
Ctrl-C. \`deno task\` writes a line of its own to standard error first;
\`deno task --quiet ps --json\` does not.
`;

/** Writes the page. */
export async function commandReference(): Promise<string> {
  const lists = GROUPS.map((group) => {
    const rows = namesOfGroup(SUBCOMMANDS, group).map((name) =>
      `| [\`${name}\`](#${anchor(name)}) | ${SUBCOMMANDS[name]!.help} |`
    );
    return [
      `**${GROUP_HEADINGS[group]}**\n`,
      "| command | what it does |",
      "| --- | --- |",
      ...rows,
    ].join("\n");
  });
  const sections: string[] = [];
  for (const name of Object.keys(SUBCOMMANDS)) {
    const helps: string[] = [];
    for (const part of [undefined, ...SUBCOMMANDS[name]!.parts ?? []]) {
      const words = part === undefined ? [] : [part];
      helps.push(`\`\`\`\n${await helpOf(name, words)}\n\`\`\``);
    }
    sections.push(`## \`${name}\`\n\n${helps.join("\n\n")}`);
  }
  return [
    HEAD,
    ...lists,
    ...sections,
    "---\n\nAll pages: [index.md](index.md).",
  ].join("\n\n");
}

/** Returns what a command prints when it is asked for help. */
async function helpOf(name: string, words: readonly string[]): Promise<string> {
  const lines: string[] = [];
  using _diverted = divertPrint((text) => void lines.push(text));
  const run = await SUBCOMMANDS[name]!.load();
  await run([...words, "--help"]);
  return lines.join("\n");
}

/** The anchor that a heading gets: without what is no letter, digit or dash. */
function anchor(name: string): string {
  return name.replaceAll(/[^\w-]/g, "");
}
