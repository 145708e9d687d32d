/**
 * The `pipeline` command: starts the five stages as processes, runs them over
 * an input, shows what came out and what it cost, and ends them.
 *
 * The only program here that may do anything; each stage runs under flags that
 * stage_processes.ts lists. No data passes through this process.
 *
 * @module
 */

import { connect } from "../proto/connect.ts";
import { Failure } from "../proto/exit.ts";
import { Fault } from "../proto/fault.ts";
import { describeFlags, integer, readFlags } from "../proto/flags.ts";
import { print } from "../proto/log.ts";
import { IngestService } from "../proto/pipeline/contract.ts";
import type { Finished__Output } from "../proto/types/pipeline/v1/Finished.ts";
import type { StageReport__Output } from "../proto/types/pipeline/v1/StageReport.ts";
import type { StageName } from "../stages/meter.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { startProgress } from "./progress.ts";
import { failRun, finishRun } from "./run_end.ts";
import {
  generateInput,
  planRun,
  RUN_FLAGS,
  type RunPlan,
} from "./run_flags.ts";
import { round, type StageFigures } from "./run_report.ts";
import {
  checkPorts,
  type StageProcesses,
  type StageSpec,
  stageSpecs,
  startStages,
} from "./stage_processes.ts";

/** The flags of the command. */
export const pipelineFlags = {
  ...RUN_FLAGS,
  port: integer("first of the five ports", 6_001, { min: 1, max: 65_531 }),
};

/** How long a failed run waits to hear whether a stage has died of it. */
const BLAME_MS = 1_000;

/**
 * Runs the command.
 *
 * @returns The exit code: 130 or 143 when it was interrupted.
 * @throws {UsageError} If the command line is wrong.
 * @throws {Failure} If the run fails; nothing is left running, and no result
 * file is written. One of an earlier run stays as it is, and the message says so.
 */
export async function pipeline(argv: string[]): Promise<number> {
  const { flags, given } = readFlags(argv, pipelineFlags);
  if (flags.help) {
    print(
      `Usage: deno task pipeline [flags]\n\n${describeFlags(pipelineFlags)}`,
    );
    return 0;
  }
  using interrupts = listenForInterrupts();
  const { stop } = interrupts;
  const plan = await planRun(flags, given);
  try {
    const specs = stageSpecs(plan, flags.port);
    await checkPorts(specs);
    await generateInput(plan, stop);
    const startMs = performance.now();
    await using stages = await startStages(specs, interrupts);
    const { finished, openedMs } = await run(specs[0]!, plan, stages, stop);
    await finishRun(
      plan,
      flags.json,
      {
        command: "pipeline",
        totals: finished.totals!,
        startupMs: openedMs - startMs,
        elapsedMs: finished.elapsedMs,
        recoveries: 0,
      },
      await Promise.all(finished.stages.map((each) => toFigures(each, stages))),
    );
    return 0;
  } catch (error) {
    return await failRun(plan, error, stop);
  }
}

/** Drives the run from the ingest stage, and shows how it goes. */
async function run(
  { name, address }: StageSpec,
  plan: RunPlan,
  stages: StageProcesses,
  stop: AbortSignal,
): Promise<{ finished: Finished__Output; openedMs: number }> {
  const ingest = connect(address, { name });
  const lost = new AbortController();
  stages.ended.then(() => lost.abort());
  const updates = ingest.serverStream(IngestService.Run, {
    run: crypto.randomUUID(),
    batch: plan.batch,
  }, { signal: AbortSignal.any([stop, lost.signal]) });
  using progress = startProgress();
  let openedMs = performance.now();
  try {
    for await (const { opened, progress: update, finished } of updates) {
      if (opened) openedMs = performance.now();
      if (update) {
        progress.update(
          update.sent?.event ?? 0,
          update.sent?.offset ?? 0,
          update.inputBytes,
        );
      }
      if (finished) return { finished, openedMs };
    }
  } catch (error) {
    if (!(error instanceof Fault) || stop.aborted) throw error;
    throw await blame(error, stages);
  }
  throw new Failure("Cannot finish the run: ingest ended it without a word");
}

/** Names the stage that has died, where one has: it is the better reason. */
async function blame(fault: Fault, { ended }: StageProcesses): Promise<Error> {
  if (fault.code !== "unavailable" && fault.code !== "cancelled") return fault;
  const waited = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => waited.resolve(undefined), BLAME_MS);
  try {
    const reason = await Promise.race([ended, waited.promise]);
    return reason
      ? new Failure(`Cannot finish the run: ${reason}`, 1, { cause: fault })
      : fault;
  } finally {
    clearTimeout(timer);
  }
}

async function toFigures(
  report: StageReport__Output,
  { peakRssBytes }: StageProcesses,
): Promise<StageFigures> {
  const { batchLatency: latency } = report;
  return {
    name: report.name,
    in: report.eventsIn,
    out: report.eventsOut,
    bytesIn: report.bytesIn,
    bytesOut: report.bytesOut,
    batches: report.batches,
    processingMs: round(report.processingMs),
    codecMs: round(report.codecMs),
    waitingMs: round(report.waitingMs),
    cpuMs: round(report.cpuMs),
    peakRssBytes: await peakRssBytes(report.name as StageName) ??
      report.peakRssBytes,
    ...(latency
      ? {
        batchLatencyMs: {
          p50: latency.p50Ms,
          p95: latency.p95Ms,
          p99: latency.p99Ms,
        },
      }
      : {}),
  };
}
