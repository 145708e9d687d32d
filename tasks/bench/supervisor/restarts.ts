/**
 * How long a killed service is away.
 *
 * @module
 */

import type { Guardian } from "../../../runtime/process/guardian.ts";
import { pause } from "../../../runtime/program/abort.ts";
import { log } from "../../../runtime/program/log.ts";
import { sleepers, superviseServices } from "./supervised.ts";

/** Kills services, from kill -9 to the new process, in milliseconds. */
export async function measureRestarts(
  guardian: Guardian,
  rounds: number,
): Promise<number[]> {
  log(`Killing ${rounds} services, one after the other`);
  await using supervised = await superviseServices(guardian, sleepers(rounds));
  await supervised.said(/started, pid/, rounds);
  await pause(1_200); // without a healthcheck, a second proves it healthy
  const times: number[] = [];
  for (let index = 0; index < rounds; index++) {
    const started = new RegExp(`\\| s${index}: started, pid (\\d+)`);
    const { line } = await supervised.said(started);
    const killedAtMs = performance.now();
    Deno.kill(Number(started.exec(line)?.[1]), "SIGKILL");
    times.push((await supervised.said(started, 2)).atMs - killedAtMs);
  }
  return times;
}
