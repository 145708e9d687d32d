#!/usr/bin/env node
// @ts-check
/**
 * The `denizen` of the npm package: starts the program by the Deno that npm has
 * installed beside it.
 *
 * Below node_modules Deno takes no TypeScript, so the program is copied to the
 * user's cache first, once for each version.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  cacheFolder,
  withCertificates,
  withDenoCache,
} from "./cache_folder.mjs";
import { commandWords, givenToNpx } from "./command_words.mjs";
import { endAs, runDeno } from "./run_deno.mjs";
import { keepPackages } from "./kept_packages.mjs";
import { keepCopy } from "./kept_copy.mjs";
import { StartError } from "./start_error.mjs";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

try {
  endAs(await main());
} catch (error) {
  const why = error instanceof StartError
    ? error.message
    : `Cannot start Denizen: ${error}`;
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}

async function main() {
  const program = JSON.parse(
    readFileSync(join(PACKAGE, "program.json"), "utf8"),
  );
  const env = withCertificates(withDenoCache(process.env));
  const copy = keepCopy(join(PACKAGE, "program"), program, cacheFolder(env));
  const failed = await keepPackages(copy, program.version, env);
  if (failed) return failed;
  const args = process.argv.slice(2);
  return await runDeno([
    ...["run", "-A", "--cached-only", "--config", join(copy, "deno.json")],
    ...program.v8Flags[args[0] ?? ""] ?? [],
    join(copy, "main.ts"),
    ...args,
  ], {
    ...env,
    INIT_CWD: whereTheUserIs(),
    DENIZEN_COMMAND: commandWords(process.argv[1] ?? "", PACKAGE, env),
    // Which Deno runs is for the package to say.
    DENO_NO_UPDATE_CHECK: "1",
  }, { isOfNpx: givenToNpx(PACKAGE) !== undefined });
}

/** The user's folder. An inherited INIT_CWD may be that of somebody else. */
function whereTheUserIs() {
  try {
    return process.cwd();
  } catch {
    throw new StartError(
      "Cannot start Denizen: the folder that you are in is not there any more; go to another",
    );
  }
}
