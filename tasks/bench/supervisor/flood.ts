/**
 * How a supervisor takes a service that writes as fast as it can.
 *
 * @module
 */

import { join } from "node:path";
import { denoCommand } from "../../../runtime/process/deno_command.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { log } from "../../../runtime/program/log.ts";
import { openLogReader } from "../../../supervisor/logs/log_reader.ts";
import type { Figures } from "./figures.ts";
import { memoryOf, sleepers, superviseServices } from "./supervised.ts";

const FLOOD = join(import.meta.dirname!, "../floods_stdout.ts");

/** Takes so many lines, and counts those that are lost or torn. */
export async function measureFlood(
  guardian: Guardian,
  megabytes: number,
): Promise<Figures["flood"]> {
  log(`Taking ${megabytes} MB of log lines from one service`);
  const lines = megabytes * 10_000;
  const { program, args } = denoCommand({
    script: FLOOD,
    args: [String(lines)],
    permissions: {},
  });
  await using supervised = await superviseServices(guardian, {
    ...sleepers(1),
    flood: {
      command: [program, ...args],
      restart: "no",
      logging: { max_size: "1GiB" },
    },
  });
  const started = await supervised.said(/flood: started/);
  const ended = await supervised.said(/flood: exited/);
  const peakRssBytes = await memoryOf(supervised.pid, "VmHWM");
  supervised.signal("SIGINT");
  await supervised.ended;
  let next = 0;
  let lostOrTorn = 0;
  using reader = openLogReader(
    join(supervised.folder, ".denizen", "logs"),
    "flood",
  );
  for await (const entries of reader.readNew()) {
    for (const { text } of entries) {
      if (text.length !== 99 || Number.parseInt(text) !== next) lostOrTorn++;
      next++;
    }
  }
  return {
    megabytes,
    elapsedMs: ended.atMs - started.atMs,
    peakRssBytes,
    lines: next,
    lostOrTorn: lostOrTorn + Math.abs(lines - next),
  };
}
