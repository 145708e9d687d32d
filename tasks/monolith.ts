/**
 * The `monolith` command: the same transforms as in the pipeline, one after the
 * other in one process, without gRPC. The cost of splitting up is measured
 * against it.
 *
 * @module
 */

import { runInProcess } from "../orchestrator/in_process.ts";
import { startGuardian } from "../runtime/process/guardian.ts";
import { readMemory } from "../runtime/process/process_memory.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { unfinishedFiles } from "../stages/sink/sink.ts";
import { openAppending } from "./run/appending.ts";
import { claimFiles } from "./run/claims.ts";
import { failRun, finishRun, noteResults } from "./run/end.ts";
import { interruptsOf } from "./run/endless.ts";
import { generateInput, planRun, RUN_FLAGS } from "./run/flags.ts";
import { openOutlets } from "./run/outlets.ts";
import { mostReported } from "./run/report.ts";
import { startProgress } from "./run/progress.ts";
import { printHelp } from "./terminal/help.ts";

/**
 * Runs the command.
 *
 * @returns The exit code: 130 or 143 when it was interrupted, but
 * for an input without end: its first interrupt ends the run in order, with 0.
 * @throws {UsageError} If the command line is wrong.
 * @throws {Failure} If the run fails; no result file is written. One of an
 * earlier run stays as it is, and the message says so.
 */
export async function monolith(argv: string[]): Promise<number> {
  const { flags, given, words } = readFlags(argv, RUN_FLAGS, {
    maxWords: Infinity,
  });
  if (flags.help) {
    printHelp(
      "monolith [flags] [FILE...]",
      "Runs the transforms of the pipeline in one process, for comparison.",
      RUN_FLAGS,
    );
    return 0;
  }
  using interrupts = listenForInterrupts();
  const planned = await planRun(flags, given, words);
  const { stop, finish, begin } = await interruptsOf(planned, interrupts);
  await using guardian = startGuardian();
  await using outlets = await openOutlets(planned, guardian);
  const { plan } = outlets;
  await using _mine = await claimFiles(plan, guardian);
  const older = await noteResults(plan);
  try {
    await generateInput(plan, { signal: stop, guardian });
    const startMs = performance.now();
    const id = crypto.randomUUID();
    for (const path of unfinishedFiles({ ...plan, run: id })) {
      guardian.remove(path);
    }
    begin();
    using appending = openAppending(plan, id);
    const runUntil = (stop: AbortSignal) =>
      runInProcess(plan, {
        run: id,
        mostReported: mostReported(plan.kind, flags.json),
        startProgress,
        stop,
        finish,
      });
    const { openedMs, ...run } =
      await (appending?.during(stop, runUntil) ?? runUntil(stop));
    await finishRun(
      plan,
      flags.json,
      {
        command: "monolith",
        totals: run.totals,
        results: run.results,
        startupMs: openedMs - startMs,
        openedMs,
        elapsedMs: performance.now() - openedMs,
        recoveries: 0,
        recoveryMs: 0,
        cpuMs: run.cpuMs,
        peakRssBytes: await readMemory("self", "VmHWM"),
      },
      run.stages,
      { appending },
    );
    return 0;
  } catch (error) {
    return await failRun(plan, error, { older, stop });
  }
}
