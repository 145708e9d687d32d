/**
 * What is left of the services of a supervisor that was killed.
 *
 * @module
 */

import type { Guardian } from "../../../runtime/process/guardian.ts";
import { readProcessFile } from "../../../runtime/process/process_files.ts";
import { listProcesses } from "../../../runtime/process/process_group.ts";
import { pause } from "../../../runtime/program/abort.ts";
import { log } from "../../../runtime/program/log.ts";
import type { Figures } from "./figures.ts";
import { superviseServices } from "./supervised.ts";

/** Kills a supervisor, and starts it again. */
export async function measureOrphans(
  guardian: Guardian,
): Promise<Figures["orphans"]> {
  log("Killing the supervisor of 3 services, then starting it again");
  const folder = await Deno.makeTempDir({ prefix: "denizen-bench-" });
  // A name that finds these processes and no others.
  const seconds = String(100_000 + Deno.pid);
  const services = Object.fromEntries(
    ["a", "b", "c"].map((name) => [name, { command: ["sleep", seconds] }]),
  );
  const first = await superviseServices(guardian, services, { folder });
  await first.said(/started, pid/, 3);
  first.signal("SIGKILL");
  await first.ended;
  await pause(2_000);
  const afterKill = await countSleeping(seconds);
  await using second = await superviseServices(guardian, services, { folder });
  await second.said(/started, pid/, 3);
  return { afterKill, afterNextStart: await countSleeping(seconds) };
}

async function countSleeping(seconds: string): Promise<number> {
  let count = 0;
  for (const { pid } of await listProcesses() ?? []) {
    const words = await readProcessFile(pid, "cmdline") ?? "";
    if (words.endsWith(`sleep\0${seconds}\0`)) count++;
  }
  return count;
}
