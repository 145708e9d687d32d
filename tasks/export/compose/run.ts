/**
 * `export compose`: what its command line says, and the files that it reads.
 *
 * @module
 */

import { runContainerExport } from "../container/run.ts";
import { exportCompose } from "./compose.ts";

/**
 * Runs the command.
 *
 * @param argv Its arguments, the name of the target left out.
 * @throws {UsageError} If the command line or the config is wrong.
 */
export async function runComposeExport(argv: string[]): Promise<void> {
  await runContainerExport(
    {
      target: "compose",
      summary: "Writes the config as a compose file, with a Dockerfile.",
      make: exportCompose,
    },
    argv,
  );
}
