/**
 * The `restart` command: stops services and starts them again.
 *
 * @module
 */

import { changeServices } from "./control/change_services.ts";
import { isGood } from "./control/service_report.ts";

/** Runs the command; as changeServices(). */
export function restart(argv: string[]): Promise<void> {
  return changeServices(argv, {
    verb: "restart",
    summary: "Restarts services (none named: all), and waits for them.",
    done: isGood,
  });
}
