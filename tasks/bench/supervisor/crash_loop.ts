/**
 * How often a supervisor starts what dies at once.
 *
 * @module
 */

import type { Guardian } from "../../../runtime/process/guardian.ts";
import { pause } from "../../../runtime/program/abort.ts";
import { log } from "../../../runtime/program/log.ts";
import type { Figures } from "./figures.ts";
import { sleepers, superviseServices } from "./supervised.ts";

/** Watches such a service for a while. */
export async function measureCrashLoop(
  guardian: Guardian,
  seconds: number,
): Promise<Figures["crashLoop"]> {
  log(`Watching a crash loop for ${seconds} s`);
  await using supervised = await superviseServices(guardian, {
    ...sleepers(1),
    crash: { command: ["false"] },
  });
  await supervised.said(/crash: started/);
  let starts = 0;
  const counting = (async () => {
    while (true) {
      await supervised.said(/crash: started/, starts + 1);
      starts++;
    }
  })();
  counting.catch(() => {});
  const gaveUp = supervised.said(/crash: restarted \d+ times/);
  const state = await Promise.race([
    gaveUp.then(() => "failed"),
    pause(seconds * 1_000).then(() => "restarting"),
  ]);
  return { seconds, starts, state };
}
