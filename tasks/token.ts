/**
 * The `token` command: what lets a tool of one's own call the services of a run.
 *
 * @module
 */

import { resolve } from "node:path";
import { readToken } from "../runtime/files/token_file.ts";
import { commandFor } from "../runtime/program/command_name.ts";
import { Failure } from "../runtime/program/errors.ts";
import { readFlags, text, toggle } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { shortPath, userPath } from "../runtime/program/paths.ts";
import { AUTHORIZATION, bearer } from "../runtime/rpc/token.ts";
import { taskFor } from "../supervisor/config/config.ts";
import { runConfig } from "./control/flags.ts";
import { findToken } from "./control/owners_token.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const tokenFlags = {
  config: runConfig,
  state: text("FOLDER", "that of a pipeline, which was started with --state"),
  value: toggle("print the token alone, as DENIZEN_TOKEN has it"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag is wrong.
 * @throws {Failure} If nothing runs.
 */
export async function token(argv: string[]): Promise<void> {
  const { config, state, value, help } = readFlags(argv, tokenFlags).flags;
  if (help) {
    return printHelp(
      "token [flags]",
      `Prints the header that lets a tool call the services of the run, as in: grpcurl -H "$(${
        commandFor("token")
      })" localhost:5555 list.`,
      tokenFlags,
    );
  }
  const found = state === undefined
    ? await findToken(config)
    : await readToken(userPath(state));
  if (found === undefined) throw nothingRuns(config, state);
  print(value ? found : `${AUTHORIZATION}: ${bearer(found)}`);
}

function nothingRuns(config: string, state: string | undefined): Failure {
  return new Failure(
    state === undefined
      ? `No supervisor runs "${shortPath(resolve(config))}"; start one with "${
        taskFor("supervise", config)
      }"`
      : `No pipeline keeps its state in "${shortPath(userPath(state))}" now`,
  );
}
