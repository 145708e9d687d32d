/**
 * The command line: one subcommand, one file in tasks/.
 *
 *   deno run -A main.ts <subcommand> [arguments]
 *
 * deno.json has a task for each, so `deno task pipeline` is the usual form.
 *
 * @module
 */

import { exitWith } from "./runtime/program/exit.ts";
import { log } from "./runtime/program/log.ts";
import { keepLibraryBefore } from "./tasks/library/keep_library.ts";
import { requireSubcommand, type Subcommand } from "./tasks/subcommands.ts";
import { abortsOnGoaway } from "./runtime/rpc/deno_version.ts";
import { showStatus } from "./tasks/terminal/status_line.ts";

await exitWith(async () => {
  const [name = "help", ...argv] = Deno.args;
  if (["help", "--help", "-h"].includes(name)) {
    return await (await import("./tasks/help.ts")).help(argv);
  }
  if (["--version", "-V"].includes(name)) {
    return await (await import("./tasks/version.ts")).version(argv);
  }
  const subcommand = requireSubcommand(name);
  if (abortsOnGoaway(Deno.version.deno)) {
    log(
      `Deno ${Deno.version.deno} can abort a gRPC server when a client disconnects (denoland/deno#36788); a shield is on, and Deno 2.9.3 does not need it`,
    );
  }
  await keepLibraryBefore(name, argv);
  try {
    return await (await loaded(subcommand))(argv);
  } catch (error) {
    // Some of it is loaded only where it is needed.
    const { uncachedProgram } = await import("./tasks/uncached_program.ts");
    throw uncachedProgram(error) ?? error;
  }
});

/** Loads a subcommand; a person who waits is told of it. */
async function loaded({ loading, load }: Subcommand) {
  using _status = loading === undefined ? undefined : showStatus(loading);
  return await load();
}
