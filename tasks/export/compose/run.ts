/**
 * `export compose`: what its command line says, and the files that it reads.
 *
 * @module
 */

import { readFlags } from "../../../runtime/program/flags.ts";
import { printHelp } from "../../terminal/help.ts";
import { imageSource } from "../container/image_source.ts";
import { EXPORT_FLAGS } from "../flags.ts";
import { runExport } from "../run_export.ts";
import { exportCompose } from "./compose.ts";

/** The flags of the command. */
export const composeFlags = EXPORT_FLAGS;

/**
 * Runs the command.
 *
 * @param argv Its arguments, the name of the target left out.
 * @throws {UsageError} If the command line or the config is wrong.
 */
export async function runComposeExport(argv: string[]): Promise<void> {
  const { flags } = readFlags(argv, composeFlags);
  if (flags.help) {
    return printHelp(
      "export compose [flags]",
      "Writes the config as a compose file, with a Dockerfile.",
      composeFlags,
    );
  }
  await runExport(
    "compose",
    flags,
    (project) =>
      exportCompose(project, imageSource(project, "compose", flags.output)),
  );
}
