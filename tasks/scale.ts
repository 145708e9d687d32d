/**
 * The `scale` command: changes how many replicas of services run.
 *
 * @module
 */

import { UsageError } from "../runtime/program/errors.ts";
import { duration, readFlags } from "../runtime/program/flags.ts";
import { connectControl } from "../supervisor/control/client.ts";
import { printOutcome } from "./control/change_report.ts";
import { ANY_NUMBER, CONTROL_FLAGS } from "./control/flags.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const scaleFlags = {
  ...CONTROL_FLAGS,
  timeout: duration("how long to wait for the result", "60s"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and pairs such as `calculator-server=3`.
 * @throws {UsageError} If a flag or a pair is wrong, or a service cannot run so
 * often; nothing is changed then.
 * @throws {Fault} `unavailable` if no supervisor runs.
 * @throws {Failure} If something that was started is not up in time.
 */
export async function scale(argv: string[]): Promise<void> {
  const { flags, words } = readFlags(argv, scaleFlags, {
    maxWords: ANY_NUMBER,
  });
  if (flags.help) {
    const summary =
      "Changes how many replicas run, until the config is loaded again.";
    return printHelp("scale [flags] service=number ...", summary, scaleFlags);
  }
  const replicas = readPairs(words);
  const control = await connectControl(flags.config);
  printOutcome(await control.scale(replicas, { waitMs: flags.timeout }), flags);
}

/** Reads words such as `calculator-server=3`. */
function readPairs(words: readonly string[]): Map<string, number> {
  const example = "as in calculator-server=3";
  if (words.length === 0) {
    throw new UsageError(
      `Cannot scale: expected at least one service and number, ${example}`,
    );
  }
  const replicas = new Map<string, number>();
  for (const word of words) {
    const [, service = "", number] = /^([^=]+)=(\d{1,9})$/.exec(word) ?? [];
    if (number === undefined) {
      throw new UsageError(
        `Cannot read "${word}": expected a service and a number, ${example}`,
      );
    }
    if (replicas.has(service)) {
      throw new UsageError(`Cannot read "${word}": "${service}" stands twice`);
    }
    replicas.set(service, Number(number));
  }
  return replicas;
}
