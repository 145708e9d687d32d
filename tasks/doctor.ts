/**
 * The `doctor` command: looks for what keeps Denizen from working here.
 *
 * @module
 */

import { dirname } from "node:path";
import DENO_JSON from "../deno.json" with { type: "json" };
import { isThere } from "../runtime/files/optional_file.ts";
import { readProcessFile } from "../runtime/process/process_files.ts";
import { readFlags, toggle } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { lookedAtConfig } from "./control/flags.ts";
import { describeChecks } from "./doctor/check.ts";
import { checkConfig } from "./doctor/config.ts";
import {
  checkCache,
  checkDeno,
  checkPackages,
  neededPackages,
} from "./doctor/deno.ts";
import { checkImports, checkLibrary } from "./doctor/library.ts";
import { checkOpenFiles, checkWatching, watchLimits } from "./doctor/limits.ts";
import { checkSystem } from "./doctor/platform.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const doctorFlags = {
  config: lookedAtConfig,
  json: toggle("print JSON: [{check, state, found, remedy?}]"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @returns 1 if there is a problem; a warning is none.
 * @throws {UsageError} If a flag is wrong.
 */
export async function doctor(argv: string[]): Promise<number | void> {
  const { config, json, help } = readFlags(argv, doctorFlags).flags;
  if (help) {
    return printHelp(
      "doctor [flags]",
      "Looks for what keeps Denizen from working here, and says what to do.",
      doctorFlags,
    );
  }
  const checks = [
    checkDeno(Deno.version.deno),
    await checkCache(),
    await checkPackages(neededPackages(DENO_JSON.imports)),
    ...checkSystem(Deno.build.os, await isThere("/proc/self/stat")),
    checkOpenFiles(await readProcessFile("self", "limits")),
    checkWatching(await watchLimits()),
    ...await checkConfig(config),
    ...await checkLibrary(dirname(config)),
    ...await checkImports(config),
  ];
  print(
    json ? JSON.stringify(checks, undefined, 2) : describeChecks(checks),
  );
  return checks.some(({ state }) => state === "problem") ? 1 : undefined;
}
