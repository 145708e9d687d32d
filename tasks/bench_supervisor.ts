/**
 * `deno task bench:supervisor`: measures the supervisor from outside, as a
 * user would see it: each figure is of a `supervise` process of its own.
 *
 * @module
 */

import { startGuardian } from "../runtime/process/guardian.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { BENCH_FLAGS } from "./bench/flags.ts";
import { measureCrashLoop } from "./bench/supervisor/crash_loop.ts";
import { describe } from "./bench/supervisor/describe.ts";
import { measureFifty } from "./bench/supervisor/fifty.ts";
import type { Figures } from "./bench/supervisor/figures.ts";
import { measureFlood } from "./bench/supervisor/flood.ts";
import { measureIdle } from "./bench/supervisor/idle.ts";
import { measureOrphans } from "./bench/supervisor/orphans.ts";
import { measureRestarts } from "./bench/supervisor/restarts.ts";
import { printHelp } from "./terminal/help.ts";

/** Runs the command. */
export async function benchSupervisor(argv: string[]): Promise<void> {
  const { json, quick, help } = readFlags(argv, BENCH_FLAGS).flags;
  if (help) {
    return printHelp(
      "bench:supervisor [flags]",
      "Measures the supervisor.",
      BENCH_FLAGS,
    );
  }
  await using guardian = startGuardian();
  const figures: Figures = {
    restartMs: await measureRestarts(guardian, quick ? 3 : 20),
    fifty: await measureFifty(guardian),
    idle: await measureIdle(guardian, quick ? 5 : 20),
    flood: await measureFlood(guardian, quick ? 10 : 100),
    crashLoop: await measureCrashLoop(guardian, quick ? 5 : 30),
    orphans: await measureOrphans(guardian),
  };
  print(json ? JSON.stringify(figures, undefined, 2) : describe(figures));
}
