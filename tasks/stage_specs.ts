/**
 * What each of the five stages is given, and what it may touch.
 *
 * @module
 */

import { type StageName, STAGES } from "../stages/meter.ts";
import { partialPath } from "../stages/sink.ts";
import {
  permissionFlags,
  type Permissions,
} from "../supervisor/permission_flags.ts";
import type { RunPlan } from "./run_flags.ts";

/** A stage that is to be run. */
export interface StageSpec {
  name: StageName;
  /** Where it serves. */
  address: string;
  /** Everything it may touch. */
  permissions: Permissions;
  /** Its script, from the project's folder. */
  script: string;
  /** What the script is given. */
  args: string[];
}

/** What the stages are given besides the plan of the run. */
export interface StageOptions {
  /** The first of the five ports. */
  port: number;
  /** The folder that aggregate saves the run in. */
  state: string;
  /** Time between two checkpoints, in milliseconds. */
  checkpointIntervalMs: number;
}

/** Lists the stages of a run. */
export function stageSpecs(
  plan: RunPlan,
  { port, state, checkpointIntervalMs }: StageOptions,
): StageSpec[] {
  const addressOf = (name: StageName) =>
    `127.0.0.1:${port + STAGES.indexOf(name)}`;
  /** May reach its own address and the next stage's; `more` is all else. */
  const spec = (
    name: StageName,
    next: StageName | undefined,
    args: string[],
    more: Permissions = {},
  ): StageSpec => ({
    name,
    address: addressOf(name),
    permissions: {
      net: [addressOf(name), ...(next ? [addressOf(next)] : [])],
      ...more,
    },
    script: "stages/main.ts",
    args: [
      name,
      `--address=${addressOf(name)}`,
      ...(next ? [`--next=${addressOf(next)}`] : []),
      ...args,
    ],
  });
  const { input, output, rejects, rulesPath, maxRejects } = plan;
  const [partialOutput, partialRejects] = unfinishedFiles(plan);
  return [
    spec(
      "ingest",
      "parse",
      [`--input=${input}`, `--max-line=${plan.maxLine}`],
      input === "-" ? {} : { read: [input] },
    ),
    spec("parse", "rules", [`--types=${plan.types.join(",")}`]),
    spec("rules", "aggregate", [`--rules=${rulesPath}`], { read: [rulesPath] }),
    spec("aggregate", "sink", [
      `--state=${state}`,
      `--checkpoint-interval=${checkpointIntervalMs}ms`,
      ...(maxRejects === undefined ? [] : [`--max-rejects=${maxRejects}`]),
    ], { read: [state], write: [state] }),
    // Renaming a file takes the right to read it, and rejects that are in place
    // are taken back where the sink dies before the results are.
    spec("sink", undefined, [`--output=${output}`, `--rejects=${rejects}`], {
      read: [rejects, partialOutput, partialRejects],
      write: [output, rejects, partialOutput, partialRejects],
    }),
  ];
}

/** The files that the sink leaves behind when it does not come to its end. */
export function unfinishedFiles(
  { output, rejects }: Pick<RunPlan, "output" | "rejects">,
): [output: string, rejects: string] {
  return [partialPath(output), partialPath(rejects)];
}

/** The command line that runs a stage, without the program. */
export function stageCommand(
  { permissions, script, args }: StageSpec,
): string[] {
  return [
    "run",
    ...permissionFlags(permissions),
    "--cached-only",
    script,
    ...args,
  ];
}
