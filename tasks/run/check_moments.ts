/**
 * Checks what is asked for at given points of a run, before anything is started.
 *
 * @module
 */

import type { InjectedFault } from "../../orchestrator/fault_injection.ts";
import type { StageCatalog } from "../../orchestrator/stage_catalog.ts";
import type { PlannedSwap } from "../../orchestrator/swap_flag.ts";
import { whyNot, whyNotSoMany } from "../../orchestrator/swaps.ts";
import {
  stageOf,
  workerNames,
  type Workers,
} from "../../orchestrator/workers.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { findPipe } from "../../stages/ingest/input.ts";
import type { StageName } from "../../stages/names.ts";
import type { PlannedRun } from "./planned_run.ts";

/** What is asked for, by its flag. */
export interface AskedFor {
  chaos: readonly InjectedFault[];
  swap: readonly PlannedSwap[];
}

/** What the stages of the run are. */
export interface Given {
  workers: Workers;
  catalog: Pick<StageCatalog, "variant">;
}

/**
 * @throws {UsageError} For a process that there is not, a share of an input
 * whose size is not known, or a stage that cannot be swapped.
 */
export async function checkMoments(
  { chaos, swap }: AskedFor,
  { inputs, generate, follow }: PlannedRun,
  { workers, catalog }: Given,
): Promise<void> {
  for (const { text, stage: name } of chaos) {
    const stage = stageOf(name);
    const names = workerNames(stage, workers);
    if (name === stage || names.includes(name)) continue;
    throw new UsageError(
      `Cannot use --chaos=${text}: the processes of "${stage}" are ${
        names.join(", ")
      }; say how many by --workers`,
    );
  }
  const pipe = generate ? undefined : await findPipe(inputs);
  for (const { text, stage, variant } of swap) {
    const reason = whyNot(stage, { phase: "running", pipe }) ??
      whyNoVariant({ workers, catalog }, stage, variant);
    if (reason === undefined) continue;
    throw new UsageError(`Cannot use --swap=${text}: ${reason}`);
  }
  if (!follow && pipe === undefined) return;
  for (const [flag, all] of Object.entries({ chaos, swap })) {
    const share = all.find(({ when }) => "share" in when);
    if (!share) continue;
    throw new UsageError(
      `Cannot use --${flag}=${share.text}: how much there is of the input is not known; give a time, such as 2s`,
    );
  }
}

function whyNoVariant(
  { workers, catalog }: Given,
  stage: StageName,
  variant: string | undefined,
): string | undefined {
  try {
    return whyNotSoMany(workers[stage] ?? 1, catalog.variant(stage, variant));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
}
