/**
 * The `start` command: starts services of a running supervisor.
 *
 * @module
 */

import { changeServices } from "./control/change_services.ts";
import { isGood } from "./control/service_report.ts";

/** Runs the command; as changeServices(). */
export function start(argv: string[]): Promise<void> {
  return changeServices(argv, {
    verb: "start",
    summary: "Starts services with their dependencies, and waits for them.",
    done: isGood,
  });
}
