/**
 * What the commands `start`, `stop` and `restart` share: they ask the
 * supervisor for a change and show how the services are after it.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";
import { duration, readFlags } from "../../runtime/program/flags.ts";
import { connectControl } from "../../supervisor/control/client.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";
import { printHelp } from "../terminal/help.ts";
import { ANY_NUMBER, CONTROL_FLAGS } from "./flags.ts";
import { countedOf, printServices, requireGood } from "./service_report.ts";

/** What one of the commands asks for. */
export interface Change {
  verb: "start" | "stop" | "restart";
  /** For its help. */
  summary: string;
  /** True of a service for which the change has succeeded. */
  done(service: MeasuredSnapshot): boolean;
}

/** The flags of these commands. */
export const changeFlags = {
  ...CONTROL_FLAGS,
  timeout: duration("how long to wait for the result", "60s"),
};

/**
 * Runs one of the commands.
 *
 * @throws {UsageError} If a flag is wrong.
 * @throws {Fault} `not_found` for a service that is not in the config;
 * `unavailable` if no supervisor runs.
 * @throws {Failure} If the change did not succeed in time.
 */
export async function changeServices(
  argv: string[],
  { verb, summary, done }: Change,
): Promise<void> {
  const { flags, words } = readFlags(argv, changeFlags, {
    maxWords: ANY_NUMBER,
  });
  if (flags.help) {
    const usage = `${verb} [flags] [service ...]`;
    return printHelp(usage, summary, changeFlags);
  }
  const control = await connectControl(flags.config);
  let services;
  try {
    services = await control[verb](words, { waitMs: flags.timeout });
  } catch (error) {
    if (error instanceof Fault && error.code === "timed_out") {
      const { services } = await control.list();
      const named = services.filter(({ name, service }) =>
        words.length === 0 || words.includes(name) || words.includes(service)
      );
      await printServices(named, flags);
      requireGood(countedOf(named, words), done);
    }
    throw error;
  }
  await printServices(services, flags);
  requireGood(countedOf(services, words), done);
}
