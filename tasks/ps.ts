/**
 * The `ps` command: what the supervised services do right now.
 *
 * @module
 */

import { UsageError } from "../runtime/program/errors.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { suggestion } from "../runtime/program/suggest.ts";
import { connectControl } from "../supervisor/control/client.ts";
import type { MeasuredSnapshot } from "../supervisor/service/snapshot.ts";
import { ANY_NUMBER, CONTROL_FLAGS } from "./control/flags.ts";
import { printServices } from "./control/service_report.ts";
import { printHelp } from "./terminal/help.ts";

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and services or replicas (none: all).
 * @throws {UsageError} If a flag is wrong, or no such service is to run.
 * @throws {Fault} `unavailable` if no supervisor runs.
 */
export async function ps(argv: string[]): Promise<void> {
  const { flags: { config, json, help }, words } = readFlags(
    argv,
    CONTROL_FLAGS,
    { maxWords: ANY_NUMBER },
  );
  if (help) {
    const summary = "Lists the services: those that are named, or all.";
    return printHelp("ps [flags] [service ...]", summary, CONTROL_FLAGS);
  }
  const control = await connectControl(config);
  const { services: all, notes } = await control.list();
  requireKnown(words, all);
  const services = words.length === 0
    ? all
    : all.filter(({ name, service }) =>
      words.includes(name) || words.includes(service)
    );
  await printServices(services, { json });
  for (const note of notes) log(`The supervisor's ${note}`);
}

function requireKnown(
  words: readonly string[],
  services: readonly MeasuredSnapshot[],
): void {
  const known = [
    ...new Set(services.flatMap(({ name, service }) => [service, name])),
  ];
  for (const word of words) {
    if (known.includes(word)) continue;
    throw new UsageError(
      `Cannot find service "${word}" among those that are to run${
        suggestion(word, known, `: ${known.join(", ") || "there are none"}`)
      }`,
    );
  }
}
