/**
 * What all commands that talk to a running supervisor have in common.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { text, toggle } from "../../runtime/program/flags.ts";

/** Flags that all these commands have. */
export const CONTROL_FLAGS = {
  config: text("FILE", "the services to run", "config.yaml"),
  json: toggle("print JSON and nothing else"),
  help: toggle("print this"),
};

/** The most names of services that a command takes. */
export const ANY_NUMBER = 10_000;

/** Returns where the supervisor of a config keeps its files. */
export function stateDirOf(configPath: string): string {
  return join(dirname(resolve(configPath)), ".denizen");
}
