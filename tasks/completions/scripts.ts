/**
 * Writes the scripts that let shells complete commands: a script of the shell's
 * own language with the commands of this version filled in.
 *
 * Commands and flags stand in the script, so a key costs nothing; the program
 * is asked only for words of the user's files.
 *
 * @module
 */

import type { Candidates } from "./candidates.ts";
import type { CommandSpec, FlagSpec } from "./command_specs.ts";
import BASH from "./denizen.bash" with { type: "text" };
import FISH from "./denizen.fish" with { type: "text" };
import ZSH from "./denizen.zsh" with { type: "text" };

/** The shells. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of them. */
export type Shell = (typeof SHELLS)[number];

/** Where each shell looks for the script, and how it gets there. */
const INSTALL: Record<Shell, readonly string[]> = {
  bash: [
    "With the package bash-completion, once, and again after an update:",
    "  mkdir -p ~/.local/share/bash-completion/completions",
    "  denizen completions bash > ~/.local/share/bash-completion/completions/denizen",
    "Without it, write it to any file, and add to ~/.bashrc: source FILE",
  ],
  zsh: [
    "Once, and again after an update, into a folder of $fpath:",
    "  mkdir -p ~/.zfunc && denizen completions zsh > ~/.zfunc/_denizen",
    "In ~/.zshrc, before compinit: fpath+=(~/.zfunc)",
  ],
  fish: [
    "Once, and again after an update:",
    "  denizen completions fish > ~/.config/fish/completions/denizen.fish",
  ],
};

/**
 * Writes the script for a shell.
 *
 * @param specs All commands.
 * @param version Of the program.
 */
export function completionScript(
  shell: Shell,
  specs: readonly CommandSpec[],
  version: string,
): string {
  const names = specs.filter(({ command }) => command.length === 1)
    .map(({ command: [name], help }) => ({ name: name!, help }));
  const known = names.map(({ name }) => name);
  const head = [
    `Written by \`denizen completions ${shell}\` of Denizen ${version}.`,
    ...INSTALL[shell],
  ].map((line) => `# ${line}`);
  switch (shell) {
    case "bash":
      return filled(BASH, head, {
        "# COMMANDS": specs.map((spec) => bashCase(spec, known)),
        "# NAMES": [known.join("|")],
      });
    case "zsh":
      return filled(ZSH, head, {
        "# NAMES": names.map(({ name, help }) =>
          quoted(`${name.replaceAll(":", "\\:")}:${help}`)
        ),
        "# PARTS": specs.filter(({ command }) => command.length > 1)
          .map(({ command }) => {
            const words = command.join(" ");
            return `${quoted(words)}) command=${
              quoted(words)
            }; shift words; ((CURRENT--)) ;;`;
          }),
        "# COMMANDS": specs.map((spec) => zshCase(spec)),
      });
    case "fish":
      return filled(FISH, head, {
        "# COMMANDS": fishLines(specs, names),
        PARTS: [
          specs.filter(({ command }) => command.length > 1)
            .map(({ command }) => quoted(command.join(" "))).join(" "),
        ],
      });
  }
}

/**
 * Fills lines in where marks stand, indented as the mark is. The head comes
 * after a first line that is for the shell.
 */
function filled(
  template: string,
  head: readonly string[],
  parts: Record<string, readonly string[]>,
): string {
  const lines = template.trimEnd().split("\n").flatMap((line) => {
    const mark = Object.keys(parts).find((mark) => line.includes(mark));
    if (mark === undefined) return [line];
    return parts[mark]!.map((part) => line.replace(mark, () => part));
  });
  const at = lines[0]!.startsWith("#compdef") ? 1 : 0;
  return [
    ...lines.slice(0, at),
    ...head,
    "",
    ...lines.slice(at).join("\n").trimStart().split("\n"),
  ].join("\n");
}

/** A text in single quotes, for the shells of the Bourne family and for fish. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Candidates as the function in denizen.bash reads them. */
function bashWords(
  { fixed, asked, suffix = "", paths, commands }: Candidates,
  known: readonly string[],
): string {
  return [
    ...fixed,
    ...commands ? known : [],
    ...asked ? [`@${asked}${suffix}`] : [],
    ...paths ? [`@${paths}`] : [],
  ].join("|");
}

function bashCase(
  { command, flags, words, parts }: CommandSpec,
  known: readonly string[],
): string {
  const list = flags.map(({ name, value }) =>
    quoted(value ? `${name}=${bashWords(value, known)}` : name)
  );
  const fixed = [...new Set([...words.fixed, ...parts])];
  const given = bashWords({ ...words, fixed }, known);
  const most = words.many ? 0 : 1;
  return `${quoted(command.join(" "))}) flags=(${list.join(" ")}) words=${
    quoted(given)
  } most=${most} ;;`;
}

/** What `_arguments` does for candidates. */
function zshAction(
  { fixed, asked, suffix, paths, commands }: Candidates,
): string {
  const actions = [
    ...fixed.length > 0 ? [`compadd ${fixed.join(" ")}`] : [],
    ...asked ? [`_denizen_ask ${asked}${suffix ? ` ${suffix}` : ""}`] : [],
    ...paths ? [paths === "files" ? "_files" : "_files -/"] : [],
    ...commands ? ["_denizen_commands"] : [],
  ];
  return actions.length === 0 ? " " : `{ ${actions.join("; ")} }`;
}

function zshCase({ command, flags, words, parts }: CommandSpec): string {
  const specs = flags.map((flag) => {
    const text = flag.help.replaceAll(/[\\[\]]/g, (sign) => `\\${sign}`);
    if (!flag.value) return quoted(`${flag.name}[${text}]`);
    const title = flag.placeholder!.replaceAll(/[\\:]/g, (sign) => `\\${sign}`);
    return quoted(
      `${flag.repeats ? "*" : ""}${flag.name}=[${text}]:${title}:${
        zshAction(flag.value)
      }`,
    );
  });
  const fixed = [...new Set([...words.fixed, ...parts])];
  const action = zshAction({ ...words, fixed });
  if (action !== " ") {
    specs.push(quoted(`${words.many ? "*" : "1"}: :${action}`));
  }
  return `${quoted(command.join(" "))}) _arguments ${specs.join(" ")} ;;`;
}

function fishLines(
  specs: readonly CommandSpec[],
  names: readonly { name: string; help: string }[],
): string[] {
  const first = "test (count (commandline -opc)) -eq 1";
  const command = (when: string) =>
    names.map(({ name, help }) =>
      `complete -c denizen -n ${quoted(when)} -a ${name} -d ${fishQuoted(help)}`
    );
  return [
    ...command(first),
    ...specs.flatMap((spec) => {
      const path = spec.command.join(" ");
      const at = `__denizen_at ${quoted(path)}`;
      const { words, flags } = spec;
      const fixed = [...new Set([...words.fixed, ...spec.parts])];
      const wordsAt = words.many ? at : `${at} 1`;
      return [
        ...flags.map((flag) => fishFlag(at, flag)),
        ...fishValues({ ...words, fixed }, "__denizen_ask_new").map((value) =>
          `complete -c denizen -n ${fishQuoted(wordsAt)} ${value}`
        ),
        ...words.commands ? command(wordsAt) : [],
      ];
    }),
  ];
}

function fishFlag(at: string, { name, help, value }: FlagSpec): string {
  const option = name.startsWith("--")
    ? `-l ${name.slice(2)}`
    : `-s ${name.slice(1)}`;
  return [
    `complete -c denizen -n ${fishQuoted(at)} ${option}`,
    ...value ? ["-r", ...fishValues(value, "__denizen_ask")] : [],
    ...value && value.paths !== "files" ? ["-f"] : [],
    `-d ${fishQuoted(help)}`,
  ].join(" ");
}

/** Folders that go on with the word, or with the value of the flag in it. */
const FISH_FOLDERS =
  "(__fish_complete_directories (commandline -ct | string replace -r '^-[^=]*=' ''))";

/** What `complete` offers for candidates. */
function fishValues(
  { fixed, asked, suffix = "", paths }: Candidates,
  ask: string,
): string[] {
  const lists = [
    ...fixed,
    ...asked ? [`(${ask} ${asked})${suffix}`] : [],
    ...paths === "folders" ? [FISH_FOLDERS] : [],
  ];
  return [
    ...lists.length > 0 ? [`-a ${fishQuoted(lists.join(" "))}`] : [],
    ...paths === "files" ? ["-F"] : [],
  ];
}

/** In single quotes fish knows these two escapes, and no other. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, (sign) => `\\${sign}`)}'`;
}
