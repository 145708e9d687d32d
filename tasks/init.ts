/**
 * The `init` command: begins a project in a folder of the user's own.
 *
 * @module
 */

import { UsageError } from "../runtime/program/errors.ts";
import { choice, readFlags, toggle } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { shortPath, userPath } from "../runtime/program/paths.ts";
import { commandsToTry } from "./init/commands_to_try.ts";
import { leaveOut } from "./init/left_as_is.ts";
import { makeFiles } from "./init/make_files.ts";
import { starterFiles, TEMPLATES } from "./init/templates.ts";
import { describeKept, keepLibrary } from "./library/keep_library.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const initFlags = {
  template: choice(TEMPLATES, "what the project begins with"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and the folder (none: where the user is).
 * @throws {UsageError} If a flag is wrong, the folder cannot be used, or a file
 * is in the way.
 */
export async function init(argv: string[]): Promise<void> {
  const { flags: { template, help }, words } = readFlags(argv, initFlags, {
    maxWords: 1,
  });
  if (help) {
    return printHelp(
      "init [flags] [FOLDER]",
      "Begins a project: a config with what it runs; no file is overwritten.",
      initFlags,
    );
  }
  const [word = "."] = words;
  if (word === "") {
    throw new UsageError("Cannot begin a project: name a folder");
  }
  const folder = userPath(word);
  const { files, remarks } = await leaveOut(
    folder,
    await starterFiles(template),
  );
  await makeFiles(folder, files);
  print(describeFiles(folder, files.map(({ path }) => path)));
  const kept = await keepLibrary(folder);
  if (kept) print(`\n${describeKept(kept)}`);
  for (const remark of remarks) print(`\n${remark}`);
  print(`\nTo try it:\n\n${commandsToTry(template, folder)}`);
}

/** Types are many and nobody reads them. */
const FOLDED = "proto/types/";

function describeFiles(folder: string, paths: readonly string[]): string {
  const listed = new Set(
    paths.map((path) => path.startsWith(FOLDED) ? FOLDED : path),
  );
  return [
    `Made in "${shortPath(folder)}":`,
    "",
    ...[...listed].map((path) => `  ${path}`),
  ].join("\n");
}
