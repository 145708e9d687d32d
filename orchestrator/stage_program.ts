/**
 * From what a stage runs to its process: command line, rights and variables.
 *
 * @module
 */

import { processOf, valuesOf } from "../runtime/process/command_line.ts";
import type { Environment } from "../runtime/process/environment.ts";
import type { ProcessSpec } from "../runtime/process/start_process.ts";
import { commandVariable } from "../runtime/program/command_name.ts";
import { RUN_VARIABLES } from "../runtime/program/run_variables.ts";
import type { StageSpec } from "./stage_specs.ts";
import { withMeanings } from "./stage_words.ts";

const MIB = 1_048_576;

/**
 * Has glibc keep the memory of batches that were dealt with for those that come.
 * By itself it gives large blocks back to the system, which then has to clear
 * every page of them again. Other C libraries do not know these names.
 */
export const KEPT_MEMORY: Environment = {
  // The largest that glibc takes; what is larger is given back at once.
  MALLOC_MMAP_THRESHOLD_: `${32 * MIB}`,
  MALLOC_TRIM_THRESHOLD_: `${128 * MIB}`,
  MALLOC_TOP_PAD_: `${MIB}`,
};

/** Returns what a stage runs, with what it is given and its rights in the run. */
export function stageProgram(
  { stage, program, rights, args: given }: Pick<
    StageSpec,
    "stage" | "program" | "rights" | "args"
  >,
  address: string,
): StageSpec["program"] {
  const { runs } = program;
  const args = [...runs.args, stage, `--address=${address}`, ...given];
  return {
    ...program,
    runs: runs.kind === "command" ? { ...runs, args } : {
      ...runs,
      args,
      permissions: withMeanings(runs.permissions, { self: address, ...rights }),
    },
  };
}

/**
 * Returns the process of a stage.
 *
 * @param address Which of its addresses it serves at.
 */
export function stageProcess(spec: StageSpec, address: string): ProcessSpec {
  const program = stageProgram(spec, address);
  const { env, ...process } = processOf(
    program,
    valuesOf(program.environment),
    spec.v8Flags,
  );
  return {
    ...process,
    env: {
      ...KEPT_MEMORY,
      ...env,
      [RUN_VARIABLES.token]: spec.token,
      [RUN_VARIABLES.service]: spec.name,
      ...commandVariable(),
    },
    stdin: spec.args.includes("--input=-") ? "inherit" : "null",
  };
}
