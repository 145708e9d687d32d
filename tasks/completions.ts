/**
 * The `completions` command: prints the script that lets a shell complete the
 * words of this program.
 *
 * @module
 */

import { commandFor } from "../runtime/program/command_name.ts";
import { UsageError } from "../runtime/program/errors.ts";
import {
  optionalChoice,
  readFlags,
  text,
  toggle,
} from "../runtime/program/flags.ts";
import { log, print } from "../runtime/program/log.ts";
import { userPath } from "../runtime/program/paths.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import { ASKED } from "./completions/candidates.ts";
import type { Shell } from "./completions/scripts.ts";
import { CONTROL_FLAGS } from "./control/flags.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const completionsFlags = {
  words: optionalChoice(
    ASKED,
    "print the words that the script asks for at a key",
  ),
  config: CONTROL_FLAGS.config,
  stages: text("FILE", "with --words, a stages file of your own"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments: a shell, or `--words`.
 * @throws {UsageError} If there is no such shell.
 */
export async function completions(argv: string[]): Promise<void> {
  const { flags, words: [shell] } = readFlags(argv, completionsFlags, {
    maxWords: 1,
  });
  if (flags.help) {
    return printHelp(
      "completions bash|zsh|fish [flags]",
      "Prints the script that lets a shell complete commands, flags and services.",
      completionsFlags,
    );
  }
  if (flags.words !== undefined) {
    const { wordsFrom } = await import("./completions/words.ts");
    const found = await wordsFrom(flags.words, {
      config: flags.config,
      stages: flags.stages && userPath(flags.stages),
    });
    if (found.length > 0) print(found.join("\n"));
    return;
  }
  const { completionScript, SHELLS } = await import("./completions/scripts.ts");
  if (shell === undefined) {
    throw new UsageError(
      `Cannot complete commands: name the shell, ${SHELLS.join(", ")}`,
    );
  }
  if (!isShell(shell, SHELLS)) {
    throw new UsageError(
      `Cannot complete commands in "${shell}"${suggestionOrAll(shell, SHELLS)}`,
    );
  }
  const { commandSpecs } = await import("./completions/command_specs.ts");
  const { default: DENO_JSON } = await import("../deno.json", {
    with: { type: "json" },
  });
  print(completionScript(shell, await commandSpecs(), DENO_JSON.version));
  const command = commandFor("").trim();
  if (!/^(\S*\/)?denizen$/.test(command)) {
    log(
      `This completes the command "denizen": a shell cannot know what follows "${command}"`,
    );
  }
}

function isShell(word: string, shells: readonly string[]): word is Shell {
  return shells.includes(word);
}
