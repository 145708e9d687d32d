/**
 * `deno task bench:dashboard`: measures the page and its server with 50 services
 * and 100,000 lines, in a real browser.
 *
 * @module
 */

import { startGuardian } from "../runtime/process/guardian.ts";
import { Failure } from "../runtime/program/errors.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { CHROMIUM, NO_CHROMIUM } from "./bench/dashboard/chromium.ts";
import { describe } from "./bench/dashboard/describe.ts";
import { measureDashboard } from "./bench/dashboard/measure.ts";
import { BENCH_FLAGS } from "./bench/flags.ts";
import { printHelp } from "./terminal/help.ts";

/** Runs the command. */
export async function benchDashboard(argv: string[]): Promise<void> {
  const { json, quick, help } = readFlags(argv, BENCH_FLAGS).flags;
  if (help) {
    return printHelp(
      "bench:dashboard [flags]",
      "Measures the dashboard's page and its server.",
      BENCH_FLAGS,
    );
  }
  if (CHROMIUM === undefined) {
    throw new Failure(`Cannot measure the dashboard: ${NO_CHROMIUM}`);
  }
  await using guardian = startGuardian();
  const figures = await measureDashboard(
    guardian,
    CHROMIUM,
    quick
      ? { services: 10, lines: 20_000, seconds: 5 }
      : { services: 50, lines: 100_000, seconds: 20 },
  );
  print(json ? JSON.stringify(figures, undefined, 2) : describe(figures));
}
