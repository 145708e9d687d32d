/**
 * The `ps` command: what the supervised services do right now.
 *
 * @module
 */

import { readFlags } from "../runtime/program/flags.ts";
import { log, print } from "../runtime/program/log.ts";
import { connectControl } from "../supervisor/control/client.ts";
import { CONTROL_FLAGS } from "./control/flags.ts";
import { serviceReport, serviceTable } from "./control/service_report.ts";
import { printHelp } from "./terminal/help.ts";

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag is wrong.
 * @throws {Fault} `unavailable` if no supervisor runs.
 */
export async function ps(argv: string[]): Promise<void> {
  const { config, json, help } = readFlags(argv, CONTROL_FLAGS).flags;
  if (help) {
    return printHelp("ps [flags]", "Lists the services.", CONTROL_FLAGS);
  }
  const control = await connectControl(config);
  const { services, notes } = await control.list();
  print(
    json
      ? JSON.stringify(services.map(serviceReport), undefined, 2)
      : serviceTable(services).trimEnd(),
  );
  for (const note of notes) log(`The supervisor's ${note}`);
}
