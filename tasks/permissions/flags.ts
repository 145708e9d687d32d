/**
 * What `permissions learn` and `permissions check` have in common: their flags,
 * and which services they can watch.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import { duration } from "../../runtime/program/flags.ts";
import {
  type Config,
  requireServices,
} from "../../supervisor/config/config.ts";
import { CONTROL_FLAGS } from "../control/flags.ts";

/** Flags of both. */
export const WATCH_FLAGS = {
  ...CONTROL_FLAGS,
  for: duration("how long to watch; Ctrl-C ends it early", "10s"),
};

/**
 * Returns the services of a config that words name; each has to be a script.
 *
 * @throws {UsageError} For a name that is not there, or has no permissions.
 */
export function requireScripts(
  config: Config,
  words: readonly string[],
): string[] {
  requireServices(config, words);
  for (const word of words) {
    const specs = config.services.get(word);
    if (!specs) {
      throw new UsageError(
        `Cannot watch "${word}": it is one replica; name the service, "${
          word.replace(/-\d+$/, "")
        }"`,
      );
    }
    if (specs[0]?.looksOn) {
      throw new UsageError(
        `Cannot watch "${word}": the config only switches it on, and says nothing of its permissions`,
      );
    }
    if (specs[0]?.runs.kind !== "script") {
      throw new UsageError(
        `Cannot watch "${word}": it is a command, which runs without a sandbox; only a script has permissions`,
      );
    }
  }
  return [...new Set(words)];
}
