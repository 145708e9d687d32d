/**
 * What the process of the stage is given, as in a run of the pipeline.
 *
 * @module
 */

import { join } from "node:path";
import type { RunPlan } from "../../orchestrator/plan.ts";
import {
  defaultStages,
  type StageCatalog,
} from "../../orchestrator/stage_catalog.ts";
import { type StageSpec, stageSpecs } from "../../orchestrator/stage_specs.ts";
import { HOST } from "../../runtime/program/address.ts";
import type { StageName } from "../../stages/names.ts";
import type { Rule } from "../../stages/rules/rules_file.ts";
import { RULES_TEXT, SCHEMA } from "./content.ts";
import { MAX_LINE } from "./feed.ts";
import { NEXT } from "./hop_methods.ts";
import { pickPorts } from "./ports.ts";

/** Where the files of a stage are. */
export interface StageFiles {
  input: string;
  output: string;
  rejects: string;
  rules: string;
  state: string;
}

/** What differs from one start of the stage to another. */
export interface StartOptions {
  /** How many processes the stage after it has. @default {1} */
  nextProcesses?: number;
  /** Gives in --next only the addresses that are in use. @default {false} */
  exactNext?: boolean;
}

/** Which program is looked at. */
export interface Looked {
  stage: StageName;
  catalog: StageCatalog;
  /** The variant's name. @default {what the stage itself runs} */
  variant: string | undefined;
}

/** A process that can be started, and where its neighbours are. */
export interface Startable {
  spec: StageSpec;
  /** Where it serves. */
  address: string;
  /** Where the processes of the next stage are. */
  next: string[];
}

/** The checkpoints of a check are those that it asks for. */
const NEVER_MS = 3_600_000;

/** Makes the files that the stage is given, in an empty folder. */
export async function prepareFiles(folder: string): Promise<StageFiles> {
  const files = {
    input: join(folder, "input.ndjson"),
    output: join(folder, "results.ndjson"),
    rejects: join(folder, "rejects.ndjson"),
    rules: join(folder, "rules.yaml"),
    state: join(folder, "state"),
  };
  await Deno.mkdir(files.state);
  await Deno.writeTextFile(files.rules, RULES_TEXT);
  await Deno.writeTextFile(files.input, "");
  return files;
}

/** Says how to start the stage. */
export async function startable(
  { stage, catalog, variant }: Looked,
  { files, run, token, rules, nextProcesses = 1, exactNext = false }:
    & StartOptions
    & {
      files: StageFiles;
      run: string;
      token: string;
      rules: Rule[];
    },
): Promise<Startable> {
  const plan: RunPlan = {
    batch: BATCH,
    batching: { batch: BATCH, lingerMs: 100, windowBatches: 0 },
    maxLine: MAX_LINE,
    // Hostile lines may look like no line of JSON.
    anyInput: true,
    maxRejects: undefined,
    schema: SCHEMA,
    inputs: [files.input],
    output: files.output,
    rejects: files.rejects,
    rulesPath: files.rules,
    rules,
  };
  const next = NEXT[stage];
  const port = pickPorts(PORTS);
  const specs = await stageSpecs(plan, {
    run,
    token,
    port,
    programs: {
      ...defaultStages(catalog),
      [stage]: catalog.variant(stage, variant),
    },
    state: files.state,
    checkpointIntervalMs: NEVER_MS,
    workers: next && nextProcesses > 1 ? { [next]: nextProcesses } : {},
  });
  const spec = specs.find((each) => each.stage === stage)!;
  const following = specs.filter((each) => each.stage === next)
    .map(({ addresses: [first] }) => first);
  const args = spec.args.map((arg) =>
    exactNext && arg.startsWith("--next=")
      ? `--next=${following.join(",")}`
      : arg
  );
  return {
    spec: { ...spec, args },
    address: spec.addresses[0],
    next: following,
  };
}

/** Most events in a batch of ingest, unless a check says otherwise. */
export const BATCH = 10;
/** Two for each of five stages, and for a further process of one. */
const PORTS = 12;

/** An address that the stage is not given, for what must not be called. */
export function freeAddress(): string {
  return `${HOST}:${pickPorts(1)}`;
}
