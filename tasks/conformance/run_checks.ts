/**
 * Makes the checks of a stage, one after the other.
 *
 * @module
 */

import { startGuardian } from "../../runtime/process/guardian.ts";
import type { StageName } from "../../stages/names.ts";
import { type Bench, type BenchOptions, createBench } from "./bench.ts";
import { type Check, type Evidence, NotOffered, Violation } from "./check.ts";
import { CHECKS } from "./checks.ts";
import { conformanceRules } from "./content.ts";
import type { Looked } from "./stage_spec.ts";

/** What has come of a check. */
export type CheckResult =
  & Pick<Check, "id" | "sentence">
  & { tookMs: number }
  & (
    | { outcome: "ok" }
    /** The stage leaves it out, which it may. */
    | { outcome: "absent"; why: string }
    | { outcome: "FAILED"; evidence: Evidence; see: string }
  );

/** Options for {@linkcode runChecks}. */
export interface RunChecksOptions
  extends Partial<Pick<BenchOptions, "patienceMs">> {
  /** The ids of those that are made. @default {all} */
  only?: readonly string[];
  /** Leaves out what takes minutes, and makes the others of less. @default {false} */
  quick?: boolean;
  /** Told of each result. */
  onResult?: (result: CheckResult) => void;
  /** Ends the checks after the one that is being made. */
  stop?: AbortSignal;
}

/** How long is waited for anything, in milliseconds. */
const PATIENCE_MS = 20_000;

/** The page that says what a stage must do. */
const PAGE = "docs/write-a-stage.md";

/** The checks of a stage. */
export function checksOf(
  stage: StageName,
  { only, quick = false }: Pick<RunChecksOptions, "only" | "quick"> = {},
): Check[] {
  return CHECKS.filter(({ id, stages, long = false }) =>
    stages.includes(stage) && (only?.includes(id) ?? !(quick && long))
  );
}

/**
 * Makes the checks of a stage.
 *
 * @throws {Violation} If the stage does not even start.
 */
export async function runChecks(
  looked: Looked,
  { only, quick = false, onResult = () => {}, stop, ...options }:
    RunChecksOptions = {},
): Promise<CheckResult[]> {
  const folder = await Deno.makeTempDir({ prefix: "denizen-conformance-" });
  try {
    await using guardian = startGuardian();
    await using bench = await createBench(looked, {
      patienceMs: PATIENCE_MS,
      ...options,
      folder: await Deno.realPath(folder),
      guardian,
      rules: await conformanceRules(),
      quick,
    });
    const results: CheckResult[] = [];
    for (
      const check of checksOf(looked.stage, {
        ...(only ? { only } : {}),
        quick,
      })
    ) {
      if (stop?.aborted) break;
      const result = await make(check, bench);
      results.push(result);
      onResult(result);
    }
    return results;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Makes one check, and leaves the stage as if it had not been made. */
async function make(check: Check, bench: Bench): Promise<CheckResult> {
  const { id, sentence, see } = check;
  const startMs = performance.now();
  const told = () => ({
    id,
    sentence,
    tookMs: Math.round(performance.now() - startMs),
  });
  try {
    await check.run(bench);
    await bench.fresh();
    return { ...told(), outcome: "ok" };
  } catch (error) {
    await bench.renew();
    if (error instanceof NotOffered) {
      return { ...told(), outcome: "absent", why: error.message };
    }
    if (!(error instanceof Violation)) throw error;
    return {
      ...told(),
      outcome: "FAILED",
      evidence: error.evidence,
      see: `${PAGE}#${see}`,
    };
  }
}
