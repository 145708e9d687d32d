/**
 * The `export` command: hands a config over to something that runs services on
 * more than this terminal or this machine.
 *
 * @module
 */

import { UsageError } from "../runtime/program/errors.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import { EXPORT_FLAGS } from "./export/flags.ts";
import { printHelp } from "./terminal/help.ts";

/** Each target, and what runs it with the rest of the command line. */
const TARGETS: Record<
  string,
  () => Promise<(argv: string[]) => Promise<void>>
> = {
  compose: async () =>
    (await import("./export/compose/run.ts")).runComposeExport,
  systemd: async () =>
    (await import("./export/systemd/command.ts")).exportSystemd,
  kubernetes: async () =>
    (await import("./export/kubernetes/run.ts")).runKubernetesExport,
};

/**
 * Runs the command.
 *
 * @param argv Its arguments: a target and its flags.
 * @throws {UsageError} If the command line or the config is wrong.
 * @throws {Failure} If something cannot be written.
 */
export async function exportConfig(argv: string[]): Promise<void> {
  const at = argv.findIndex((word) => Object.hasOwn(TARGETS, word));
  const target = argv[at];
  if (target !== undefined) {
    return await (await TARGETS[target]!())(argv.toSpliced(at, 1));
  }
  const names = Object.keys(TARGETS);
  const { flags, words: [word] } = readFlags(argv, EXPORT_FLAGS, {
    maxWords: 1,
  });
  if (flags.help) {
    return printHelp(
      `export ${names.join("|")} [flags]`,
      "Writes the config as the files of something else that runs services. A target may have more flags: export systemd --help.",
      EXPORT_FLAGS,
    );
  }
  throw new UsageError(
    word === undefined
      ? `Cannot export: name a target, one of ${names.join(", ")}`
      : `Cannot export to "${word}": there is no such target${
        suggestionOrAll(word, names)
      }`,
  );
}
