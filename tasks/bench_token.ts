/**
 * `deno task bench:token`: measures what the token of a run costs, by running
 * everything with it and without it in turn.
 *
 * @module
 */

import { startGuardian } from "../runtime/process/guardian.ts";
import { integer, readFlags } from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log, print } from "../runtime/program/log.ts";
import { BENCH_FLAGS } from "./bench/flags.ts";
import { describeMachine } from "./bench/machine.ts";
import { describe, type TokenDocument } from "./bench/token/describe.ts";
import { measureToken } from "./bench/token/measure.ts";
import { QUICK, RECORD } from "./bench/token/plan.ts";
import { pipelineFlags } from "./pipeline.ts";
import { printHelp } from "./terminal/help.ts";

const FLAGS = {
  rounds: integer(
    `rounds with and without (default: ${RECORD.rounds}; ${QUICK.rounds} with --quick)`,
    undefined,
    { min: 1, max: 1_000 },
  ),
  port: pipelineFlags.port,
  ...BENCH_FLAGS,
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @returns The exit code: 130 or 143 when it was interrupted.
 * @throws {UsageError} If a flag is wrong.
 * @throws {Failure} If a run fails, or cannot be trusted.
 */
export async function benchToken(argv: string[]): Promise<number> {
  const { json, quick, help, port, ...given } = readFlags(argv, FLAGS).flags;
  if (help) {
    printHelp(
      "bench:token [flags]",
      "Measures what the token of a run costs.",
      FLAGS,
    );
    return 0;
  }
  const sizes = quick ? QUICK : RECORD;
  const { rounds = sizes.rounds } = given;
  using interrupts = listenForInterrupts();
  const folder = await Deno.makeTempDir({ prefix: "denizen-bench-" });
  const startedAtMs = performance.now();
  try {
    await using guardian = startGuardian();
    const measured = await measureToken({ ...sizes, rounds }, {
      folder,
      port,
      guardian,
      interrupts,
    });
    const document: TokenDocument = {
      command: "bench:token",
      date: new Date().toISOString(),
      quick,
      machine: describeMachine(),
      rounds,
      elapsedMs: Math.round(performance.now() - startedAtMs),
      measured,
    };
    print(json ? JSON.stringify(document, undefined, 2) : describe(document));
    return 0;
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    log("Interrupted: nothing was measured to the end");
    return interrupts.stop.reason;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
