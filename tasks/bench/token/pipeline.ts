/**
 * What a run of the pipeline costs whose stages have a token, or have none.
 *
 * Drives the run as the `pipeline` command does, which always gives a token.
 *
 * @module
 */

import { join } from "node:path";
import { driveRun } from "../../../orchestrator/drive_run.ts";
import { openRunState } from "../../../orchestrator/run_state.ts";
import {
  holdPorts,
  startStages,
} from "../../../orchestrator/stage_processes.ts";
import { stageSpecs } from "../../../orchestrator/stage_specs.ts";
import { IngestService } from "../../../proto/pipeline/contract.ts";
import { readFlags } from "../../../runtime/program/flags.ts";
import type { Totals } from "../../../stages/aggregate/aggregate.ts";
import {
  parseResults,
  type ResultRecord,
} from "../../../stages/sink/results.ts";
import { pipelineFlags } from "../../pipeline.ts";
import { planRun } from "../../run/flags.ts";
import type { RunContext } from "../run_command.ts";
import type { Figures } from "./pairs.ts";
import { requireRefusal } from "./refusal.ts";

/** What a run needs besides its token. */
export interface PipelineContext extends RunContext {
  /** Where results go. */
  folder: string;
  /** First of the ports. */
  port: number;
}

/** What one run gave. */
export interface PipelineRun {
  outcome: Pick<Totals, "events" | "rejected" | "filtered"> & {
    results: ResultRecord[];
  };
  figures: Figures;
}

/**
 * Runs the pipeline once.
 *
 * @param token "" for none.
 * @throws {Failure} If the run breaks, or the token is not asked for.
 */
export async function runPipeline(
  token: string,
  { batch, input }: { batch: string; input: string },
  { guardian, interrupts, folder, port }: PipelineContext,
): Promise<PipelineRun> {
  const { stop } = interrupts;
  // Each in a folder of its own: no run may pass for another.
  const results = await Deno.makeTempDir({ dir: folder });
  const { flags, given } = readFlags([
    `--batch=${batch}`,
    `--input=${input}`,
    `--output=${join(results, "results.ndjson")}`,
    `--rejects=${join(results, "rejects.ndjson")}`,
  ], pipelineFlags);
  const plan = await planRun(flags, given);
  await using state = await openRunState(plan, {
    folder: undefined,
    resume: false,
    guardian,
    prepare: () => Promise.resolve(),
  });
  const specs = await stageSpecs(plan, {
    port,
    run: state.run,
    token,
    state: state.folder,
    checkpointIntervalMs: flags["checkpoint-interval"],
  });
  using _ports = await holdPorts(specs);
  await using stages = await startStages(specs, guardian, interrupts);
  await stages.ready(stop);
  if (token) {
    await requireRefusal(
      specs[0]!.addresses[0],
      (stranger) =>
        stranger.serverStream(IngestService.Run, { run: state.run }).next(),
    );
  }
  const { finished, elapsedMs } = await driveRun({
    plan,
    stages,
    state,
    // What has recovered has done more than the others.
    policy: { maxRecoveries: 0, batch: plan.batching.batch },
    moments: {
      started() {},
      opened() {},
      broken() {},
      progress() {},
      [Symbol.dispose]() {},
    },
    progress: { update() {}, [Symbol.dispose]() {} },
    stop,
  });
  await state.finish();
  const { events, rejected, filtered } = finished.totals!;
  const cpuMs = finished.stages.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  return {
    outcome: {
      events,
      rejected,
      filtered,
      results: parseResults(await Deno.readTextFile(plan.output)),
    },
    figures: {
      eventsPerSecond: Math.round(events / elapsedMs * 1_000),
      cpuMicrosPerEvent: cpuMs * 1_000 / events,
    },
  };
}
