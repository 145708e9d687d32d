/**
 * What each process of the five stages runs, and what it is given.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { UsageError } from "../runtime/program/errors.ts";
import { GENERATION_FILES } from "../stages/ingest/generation_store.ts";
import { rulesDigest } from "../stages/rules/rules_digest.ts";
import { healthNameOf, type StageName, STAGES } from "../stages/names.ts";
import { unfinishedFiles, type Writing } from "../stages/sink/sink.ts";
import type { RunPlan } from "./plan.ts";
import {
  type ChosenStages,
  defaultStages,
  loadStageCatalog,
  type StageVariant,
} from "./stage_catalog.ts";
import type { Meanings } from "./stage_words.ts";
import { type WorkerName, workerNames, type Workers } from "./workers.ts";

/**
 * Where a process can serve: at either of them, so that another of its stage can
 * be up at the other before it goes. Its neighbours may call both.
 */
export type Addresses = readonly [first: string, second: string];

/** A process of a stage that is to be run. */
export interface StageSpec {
  name: WorkerName;
  stage: StageName;
  addresses: Addresses;
  /** What its health is called, which no other pipeline's stage has. */
  health: string;
  /** What it runs. */
  program: StageVariant;
  /** What the words for its rights stand for, besides where it serves. */
  rights: Omit<Meanings, "self">;
  /** What the program is given, besides its stage and where it serves. */
  args: string[];
  /** The secret of the run, which its process is given. */
  token: string;
  /** For the engine of a script. */
  v8Flags: readonly string[];
}

/** What the stages are given besides the plan of the run. */
export interface StageOptions {
  /** Names the run that the stages belong to. */
  run: string;
  /** The secret by which its processes know each other. */
  token: string;
  /** The first of the ports. */
  port: number;
  /** How many processes the stages have. @default {one each} */
  workers?: Workers;
  /** What the stages run. @default {what ships with Denizen} */
  programs?: ChosenStages | undefined;
  /** The folder that aggregate saves the run in. */
  state: string;
  /** The least time between two checkpoints, in milliseconds. */
  checkpointIntervalMs: number;
}

/**
 * Lists the processes of a run, by stage.
 *
 * The first of each stage have the first five ports, in the order of the
 * stages; those of further ones follow. Then come as many again: their second
 * addresses.
 *
 * @throws {UsageError} If there are not so many ports.
 */
export async function stageSpecs(
  plan: RunPlan,
  {
    run,
    token,
    port,
    workers = {},
    programs,
    state,
    checkpointIntervalMs,
  }: StageOptions,
): Promise<StageSpec[]> {
  const addresses = addressesFrom(port, workers);
  const chosen = programs ?? defaultStages(await loadStageCatalog());
  const specs = (
    stage: StageName,
    next: StageName | undefined,
    args: string[],
    { read = [], write = [] }: Partial<GivenFiles> = {},
  ): StageSpec[] => {
    const following = next ? eitherOf(addresses[next]) : [];
    return workerNames(stage, workers).map((name, at) => ({
      name,
      stage,
      addresses: addresses[stage][at]!,
      health: healthNameOf(run, Deno.pid),
      program: chosen[stage],
      rights: { next: following, read, write },
      args: [
        `--run=${run}`,
        `--owner=${Deno.pid}`,
        ...(next ? [`--next=${following.join(",")}`] : []),
        ...(name === stage ? [] : [`--worker=${at + 1}`]),
        ...args,
      ],
      token,
      v8Flags: v8Flags(stage, plan),
    }));
  };
  const { inputs, output, rejects, rulesPath, maxRejects } = plan;
  const { follow = false } = plan;
  const files = [...new Set(follow ? inputs.slice(0, -1) : inputs)]
    .filter((input) => input !== "-");
  const following = follow ? followingRights(inputs.at(-1)!, state) : undefined;
  // They name the file of a line, and may not touch it.
  const named = inputs.length > 1 || follow
    ? [
      ...inputs.map((input) => `--input=${input}`),
      ...(follow ? ["--follow"] : []),
    ]
    : [];
  const digest = await rulesDigest(plan.rules);
  const unfinished = unfinishedFiles({ ...plan, run });
  const replayed = plan.replay === undefined ? [] : [plan.replay];
  const replay = replayed.map((path) => `--replay=${path}`);
  return [
    ...specs(
      "ingest",
      "parse",
      [
        ...inputs.map((input) => `--input=${input}`),
        `--max-line=${plan.maxLine}`,
        ...(plan.anyInput ? ["--any-input"] : []),
        ...(follow ? ["--follow", `--state=${state}`] : []),
        ...(plan.allowGap ? ["--allow-gap"] : []),
        ...replay,
      ],
      following
        ? { ...following, read: [...files, ...following.read] }
        : { read: files },
    ),
    ...specs("parse", "rules", []),
    ...specs("rules", "aggregate", [
      ...(rulesPath === undefined ? [] : [`--rules=${rulesPath}`]),
      `--rules-digest=${digest}`,
    ], rulesPath === undefined ? {} : { read: [rulesPath] }),
    ...specs("aggregate", "sink", [
      `--state=${state}`,
      `--checkpoint-interval=${checkpointIntervalMs}ms`,
      ...(maxRejects === undefined ? [] : [`--max-rejects=${maxRejects}`]),
      ...(plan.everyMs === undefined ? [] : [`--every=${plan.everyMs}ms`]),
      ...named,
    ], { read: [state], write: [state] }),
    // Renaming a file takes the right to read it, and rejects that are in place
    // are taken back where the sink dies before the results are.
    ...specs(
      "sink",
      undefined,
      [
        `--output=${output}`,
        `--rejects=${rejects}`,
        ...writingFlags(plan.writing),
        ...(plan.appended ? ["--appended"] : []),
        ...replay,
        ...named,
      ],
      {
        // SQLite opens the files beside a database by itself.
        read: [
          ...(plan.writing?.format === "sqlite" ? [output] : []),
          ...replayed,
          rejects,
          ...unfinished,
        ],
        write: [output, rejects, ...unfinished],
      },
    ),
  ];
}

/** The files that a run gives to a stage. */
type GivenFiles = Pick<Meanings, "read" | "write">;

/** Finding a file that was rotated takes a look at all of its folder. */
function followingRights(path: string, state: string): GivenFiles {
  return {
    read: [dirname(path), state],
    write: GENERATION_FILES.map((name) => join(state, name)),
  };
}

function writingFlags(writing: Writing | undefined): string[] {
  return Object.entries(writing ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name}=${value}`);
}

const LAST_PORT = 65_535;

/** Where the processes of each stage can serve. */
function addressesFrom(
  port: number,
  workers: Workers,
): Record<StageName, Addresses[]> {
  const names = STAGES.map((stage) => workerNames(stage, workers));
  const count = names.flat().length;
  const last = port + 2 * count - 1;
  if (last > LAST_PORT) {
    throw new UsageError(
      `Cannot use --port=${port}: the processes of this run need ${
        2 * count
      } ports, two each, so it is at most ${port - (last - LAST_PORT)}`,
    );
  }
  const both = (port: number): Addresses => [
    `127.0.0.1:${port}`,
    `127.0.0.1:${port + count}`,
  ];
  let further = port + STAGES.length;
  return Object.fromEntries(STAGES.map((stage, at) => {
    const [, ...others] = names[at]!;
    return [stage, [port + at, ...others.map(() => further++)].map(both)];
  })) as Record<StageName, Addresses[]>;
}

/** Where processes may be, those first that they begin at. */
function eitherOf(addresses: readonly Addresses[]): string[] {
  return [
    ...addresses.map(([first]) => first),
    ...addresses.map(([, second]) => second),
  ];
}

/**
 * V8's young generation at most, in MB. Without a bound it grows with the number
 * of events and not with what is kept of them, and so does what it holds outside
 * of V8 until it is collected: the bytes that have come in.
 */
const YOUNG_MB = 4;
/**
 * For the stages that are passed few large batches, which leave little to
 * collect. Small ones would be collected too often, for a seventh more CPU time.
 */
const YOUNG_MB_OF_FEW_BATCHES = 1;
const LAST_STAGES: readonly StageName[] = ["rules", "aggregate", "sink"];

/**
 * Has V8 free the buffers of what was dealt with while it collects, and not by a
 * thread behind it: then some come back so late that aggregate grew by a fifth
 * over ten million events, and without that by a twentieth. Not for ingest and
 * parse, through which all the bytes of the input go: parse took 1.4 times the
 * CPU time.
 */
const FREED_AT_ONCE = "--no-concurrent-array-buffer-sweeping";

function v8Flags(stage: StageName, { batch }: RunPlan): string[] {
  const isLast = LAST_STAGES.includes(stage);
  const youngMb = isLast && batch === "auto"
    ? YOUNG_MB_OF_FEW_BATCHES
    : YOUNG_MB;
  return [
    `--max-semi-space-size=${youngMb}`,
    ...isLast ? [FREED_AT_ONCE] : [],
  ];
}
