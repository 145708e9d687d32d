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
function configFlag(help: string): Flag<string> {
  return {
    placeholder: "FILE",
    help,
    defaultText: DEFAULT_CONFIG,
    get fallback() {
      return nearestConfig();
    },
    read: userPath,
  };
}

/** For commands that call services, and show the token of their run. */
export const runConfig = configFlag("whose services are called");

/** For a command that looks at a config, whether or not it runs. */
export const lookedAtConfig = configFlag("whose services are looked at");

/** For a command that hands a config over to something else. */
export const exportedConfig = configFlag("whose services are exported");

/** Flags that all these commands have. */
export const CONTROL_FLAGS = {
  config: configFlag("the services to run"),
  json: toggle("print JSON and nothing else"),
  help: toggle("print this"),
};

/** The most names of services that a command takes. */
export const ANY_NUMBER = 10_000;
