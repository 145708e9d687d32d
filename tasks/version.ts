/**
 * The `version` command: which Denizen this is.
 *
 * @module
 */

import DENO_JSON from "../deno.json" with { type: "json" };
import { readFlags, toggle } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { PROJECT } from "../runtime/program/paths.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const versionFlags = {
  json: toggle("print JSON: {denizen, deno, folder}"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag is wrong.
 */
export function version(argv: string[]): void {
  const { json, help } = readFlags(argv, versionFlags).flags;
  if (help) {
    return printHelp(
      "version [flags]",
      "Says which Denizen this is, which Deno runs it, and where it stands.",
      versionFlags,
    );
  }
  const versions = {
    denizen: DENO_JSON.version,
    deno: Deno.version.deno,
    folder: PROJECT,
  };
  print(
    json
      ? JSON.stringify(versions, undefined, 2)
      : `denizen ${versions.denizen} (Deno ${versions.deno}, ${versions.folder})`,
  );
}
