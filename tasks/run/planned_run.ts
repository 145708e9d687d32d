/**
 * What a command of a run has to do: the plan of the run, and what comes before
 * and after it.
 *
 * @module
 */

import type { RunPlan } from "../../orchestrator/plan.ts";
import type { RecordKind } from "../../stages/sink/formats.ts";
import type { GeneratorOptions } from "../generate/generator.ts";

/** A run whose input may have to be written first. */
export interface PlannedRun extends RunPlan {
  /** What its results are. */
  kind: RecordKind;
  /** What to write to the input before the run; undefined if it is there. */
  generate: Partial<GeneratorOptions> | undefined;
  /** Where results and rejects go that are not to become files. */
  outlets: Outlets;
}

/** Where a file of a run goes once it is whole. */
export interface Outlet {
  /** As the user has written it. */
  name: string;
  /** Its path; standard output and standard error have none. */
  to: "stdout" | "stderr" | { path: string };
}

/** The outlets of a run; none of them for a file. */
export interface Outlets {
  output?: Outlet;
  rejects?: Outlet;
}
