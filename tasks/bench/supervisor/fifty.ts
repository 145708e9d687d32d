/**
 * How long 50 services take to come up and to go down.
 *
 * @module
 */

import type { Guardian } from "../../../runtime/process/guardian.ts";
import { pause } from "../../../runtime/program/abort.ts";
import { log } from "../../../runtime/program/log.ts";
import type { Figures } from "./figures.ts";
import { sleepers, superviseServices } from "./supervised.ts";

/** Starts and stops them. */
export async function measureFifty(
  guardian: Guardian,
): Promise<Figures["fifty"]> {
  log("Starting and stopping 50 services");
  await using supervised = await superviseServices(guardian, sleepers(50));
  const { atMs } = await supervised.said(/started, pid/, 50);
  await pause(500);
  const stoppedAtMs = performance.now();
  supervised.signal("SIGINT");
  await supervised.ended;
  return {
    upMs: atMs - supervised.startedAtMs,
    downMs: performance.now() - stoppedAtMs,
  };
}
