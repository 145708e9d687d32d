/**
 * What all commands that talk to a running supervisor have in common.
 *
 * @module
 */

import { type Flag, toggle } from "../../runtime/program/flags.ts";
import { userPath } from "../../runtime/program/paths.ts";
import {
  DEFAULT_CONFIG,
  nearestConfig,
} from "../../supervisor/config/config.ts";

/** Names a config, relative to where the user is. */
const configFlag: Flag<string> = {
  placeholder: "FILE",
  help: "the services to run",
  defaultText: DEFAULT_CONFIG,
  get fallback() {
    return nearestConfig();
  },
  read: userPath,
};

/** Flags that all these commands have. */
export const CONTROL_FLAGS = {
  config: configFlag,
  json: toggle("print JSON and nothing else"),
  help: toggle("print this"),
};

/** The most names of services that a command takes. */
export const ANY_NUMBER = 10_000;
