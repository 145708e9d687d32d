/**
 * The command line: one subcommand, one file in tasks/.
 *
 *   deno run -A main.ts <subcommand> [arguments]
 *
 * deno.json has a task for each, so `deno task pipeline` is the usual form.
 *
 * @module
 */

import { UsageError } from "./runtime/program/errors.ts";
import { exitWith } from "./runtime/program/exit.ts";
import { log, print } from "./runtime/program/log.ts";
import { suggestion } from "./runtime/program/suggest.ts";
import { type Subcommand, SUBCOMMANDS } from "./tasks/subcommands.ts";
import { abortsOnGoaway } from "./runtime/rpc/deno_version.ts";
import { showStatus } from "./tasks/terminal/status_line.ts";

await exitWith(async () => {
  const [name, ...argv] = Deno.args;
  if (name === undefined || ["help", "--help", "-h"].includes(name)) {
    print(describeSubcommands());
    return;
  }
  const subcommand = Object.hasOwn(SUBCOMMANDS, name)
    ? SUBCOMMANDS[name]
    : undefined;
  if (!subcommand) {
    const known = [...Object.keys(SUBCOMMANDS), "help"];
    throw new UsageError(
      `Cannot run "${name}": there is no such subcommand${
        suggestion(name, known)
      }; \`deno task help\` lists them all`,
    );
  }
  if (abortsOnGoaway(Deno.version.deno)) {
    log(
      `Deno ${Deno.version.deno} can abort a gRPC server when a client disconnects (denoland/deno#36788); a shield is on, and Deno 2.9.3 does not need it`,
    );
  }
  return await (await loaded(subcommand))(argv);
});

/** Loads a subcommand; a person who waits is told of it. */
async function loaded({ loading, load }: Subcommand) {
  using _status = loading === undefined ? undefined : showStatus(loading);
  return await load();
}

function describeSubcommands(): string {
  const width = Math.max(
    ...Object.keys(SUBCOMMANDS).map((name) => name.length),
  );
  const lines = Object.entries(SUBCOMMANDS)
    .map(([name, { help }]) => `  ${name.padEnd(width)}  ${help}`);
  return [
    "Usage: deno task <subcommand> [flags]",
    "",
    ...lines,
    "",
    "Each takes --help.",
  ].join("\n");
}
