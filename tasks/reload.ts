/**
 * The `reload` command: has the supervisor read its config again.
 *
 * @module
 */

import { duration, readFlags, toggle } from "../runtime/program/flags.ts";
import { connectControl } from "../supervisor/control/client.ts";
import { printOutcome } from "./control/change_report.ts";
import { CONTROL_FLAGS } from "./control/flags.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const reloadFlags = {
  ...CONTROL_FLAGS,
  "dry-run": toggle("print what would change, and change nothing"),
  timeout: duration("how long to wait for the result", "60s"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag or the config is wrong; nothing is changed then.
 * @throws {Fault} `unavailable` if no supervisor runs.
 * @throws {Failure} If something that was started is not up in time.
 */
export async function reload(argv: string[]): Promise<void> {
  const { flags } = readFlags(argv, reloadFlags);
  if (flags.help) {
    const summary =
      "Reads the config again; starts, stops and restarts only what differs.";
    return printHelp("reload [flags]", summary, reloadFlags);
  }
  const control = await connectControl(flags.config);
  const outcome = await control.reload({
    dryRun: flags["dry-run"],
    waitMs: flags.timeout,
  });
  printOutcome(outcome, flags);
}
