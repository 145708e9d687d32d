/**
 * Drives a run as the pipeline command does, but with some of the stages
 * replaced by scripts of the test.
 *
 * @module
 */

import { join } from "node:path";
import { type Driven, driveRun } from "../../orchestrator/drive_run.ts";
import { createToken } from "../../runtime/rpc/token.ts";
import { openRunState } from "../../orchestrator/run_state.ts";
import {
  type StageProcesses,
  startStages,
} from "../../orchestrator/stage_processes.ts";
import { stageSpecs } from "../../orchestrator/stage_specs.ts";
import type { Workers } from "../../orchestrator/workers.ts";
import { startGuardian } from "../../runtime/process/guardian.ts";
import { readFlags } from "../../runtime/program/flags.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import type { StageName } from "../../stages/names.ts";
import { planRun, RUN_FLAGS } from "../../tasks/run/flags.ts";
import { freePorts } from "./free_ports.ts";
import type { RunFolder } from "./runs.ts";

/** Options for {@linkcode driveWith}. */
export interface DriveOptions {
  /** Flags of the run. */
  args: string[];
  /** Takes the place of stages/main.ts, by stage; from the project's folder. @default {none} */
  scripts?: Partial<Record<StageName, string>>;
  /** How many processes the stages have. @default {one each} */
  workers?: Workers;
  /** @default {10} */
  maxRecoveries?: number;
  /** Called with the share of the input that was sent, each time it grows. */
  onProgress?: (share: number, stages: StageProcesses) => void;
  /** Called at the end, while the stages still run. */
  onFinished?: (stages: StageProcesses) => Promise<void>;
}

/** Runs to the end; what it throws is what the command would. */
export async function driveWith(
  folder: RunFolder,
  {
    args,
    scripts = {},
    workers = {},
    maxRecoveries = 10,
    onProgress,
    onFinished,
  }: DriveOptions,
): Promise<Driven> {
  const { flags, given } = readFlags([
    `--output=${folder.output}`,
    `--rejects=${folder.rejects}`,
    ...args,
  ], RUN_FLAGS);
  const plan = await planRun(flags, given);
  const { signal: stop } = new AbortController();
  await using guardian = startGuardian();
  await using state = await openRunState(plan, {
    folder: undefined,
    resume: false,
    guardian,
    prepare: () => Promise.resolve(),
  });
  const own = await stageSpecs(plan, {
    port: freePorts(16),
    workers,
    run: state.run,
    token: createToken(),
    state: state.folder,
    checkpointIntervalMs: 250,
  });
  const specs = own.map((spec) => {
    const { stage, program } = spec;
    const script = scripts[stage];
    const { runs } = program;
    return script === undefined || runs.kind === "command" ? spec : {
      ...spec,
      program: { ...program, runs: { ...runs, script: join(PROJECT, script) } },
    };
  });
  await using stages = await startStages(specs, guardian, {
    stop,
    hurry: stop,
  });
  const driven = await driveRun({
    plan,
    stages,
    state,
    policy: { maxRecoveries, batch: plan.batching.batch },
    moments: {
      started() {},
      opened() {},
      broken() {},
      progress: (share) => onProgress?.(share, stages),
      [Symbol.dispose]() {},
    },
    progress: { update() {}, [Symbol.dispose]() {} },
    stop,
  });
  await onFinished?.(stages);
  return driven;
}
