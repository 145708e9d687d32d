/**
 * What `pipeline --dry-run` prints: each process of the run with its command
 * line, its addresses and what it may touch, and then those of each swap.
 *
 * Of the environment only names are shown, since values may be secrets.
 *
 * @module
 */

import type {
  ChosenStages,
  StageCatalog,
} from "../../orchestrator/stage_catalog.ts";
import {
  stageProcess,
  stageProgram,
} from "../../orchestrator/stage_program.ts";
import {
  type StageOptions,
  type StageSpec,
  stageSpecs,
} from "../../orchestrator/stage_specs.ts";
import type { PlannedSwap } from "../../orchestrator/swap_flag.ts";
import { valuesOf } from "../../runtime/process/command_line.ts";
import type { Permissions } from "../../runtime/process/permission_flags.ts";
import { findStartFailure } from "../../runtime/process/start_failure.ts";
import { print } from "../../runtime/program/log.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { visibleInLine } from "../../runtime/program/visible_text.ts";
import { SHAREABLE } from "../../stages/names.ts";
import { quoteWord, wrapWords } from "../../runtime/program/shell_words.ts";
import { formatBytes } from "../terminal/terminal.ts";
import type { PlannedRun } from "./planned_run.ts";

/** What stands for what each run makes anew. */
const STANDS_FOR = {
  RUN: "the name of the run",
  STATE_FOLDER: "a temporary folder for its state",
  RESULTS_FOLDER: "a temporary folder for what is handed over",
} as const;

/** One process as `--json` shows it. */
interface PlannedProcess {
  name: string;
  stage: string;
  /** Undefined for what the stage itself runs. */
  variant?: string;
  /** The swap that puts it there; undefined for what the run begins with. */
  swap?: string;
  /** Where it serves: at the second when it was exchanged. */
  addresses: readonly string[];
  /** Where the stage after it may be. */
  next: readonly string[];
  commandLine: readonly string[];
  workingDir: string;
  /** The names of the variables that its file sets. */
  environment: readonly string[];
  /** Whether Deno keeps it to its rights; a command has the user's. */
  sandbox: boolean;
  permissions?: Permissions;
  memLimitBytes?: number;
  lanes: boolean;
  /** Why it could not be started. */
  missing?: string;
}

/**
 * Prints what a run would start.
 *
 * @param options As {@linkcode stageSpecs} takes them; a state folder only where
 * one was named.
 */
export async function printDryRun(
  planned: PlannedRun,
  { json, catalog, swaps, state = "STATE_FOLDER", report, ...options }:
    & Omit<StageOptions, "run" | "token" | "state" | "programs">
    & {
      programs: ChosenStages;
      json: boolean;
      catalog: Pick<StageCatalog, "path" | "variant">;
      swaps: readonly PlannedSwap[];
      state?: string | undefined;
      /** Where a report is written. */
      report?: string | undefined;
    },
): Promise<void> {
  const file = (name: "output" | "rejects") =>
    planned.outlets[name] ? `RESULTS_FOLDER/${name}` : planned[name];
  const specsOf = (programs: ChosenStages) =>
    stageSpecs(
      { ...planned, output: file("output"), rejects: file("rejects") },
      { ...options, programs, run: "RUN", token: "", state },
    );
  const processes = await plannedProcesses(await specsOf(options.programs));
  let programs = options.programs;
  for (const { text, stage, variant } of swaps) {
    programs = {
      ...programs,
      [stage]: catalog.variant(stage, variant ?? programs[stage].variant),
    };
    const specs = (await specsOf(programs))
      .filter((spec) => spec.stage === stage);
    processes.push(...await plannedProcesses(specs, text));
  }
  print(
    json
      ? JSON.stringify({ stages: catalog.path, processes, report }, null, 2)
      : describeProcesses(processes) +
        (report === undefined ? "" : `\n\nreport: ${shortPath(report)}`),
  );
}

/** Returns the processes in the shape of `--json`. */
function plannedProcesses(
  specs: readonly StageSpec[],
  swap?: string,
): Promise<PlannedProcess[]> {
  return Promise.all(specs.map(async (spec): Promise<PlannedProcess> => {
    const [address] = spec.addresses;
    const { runs, variant, workingDir, environment, ...program } = stageProgram(
      spec,
      address,
    );
    const { program: file, args } = stageProcess(spec, address);
    const missing = await findStartFailure(
      spec.program,
      valuesOf(environment),
    );
    return {
      name: spec.name,
      stage: spec.stage,
      ...(variant === undefined ? {} : { variant }),
      ...(swap === undefined ? {} : { swap }),
      addresses: spec.addresses,
      next: spec.rights.next,
      commandLine: [file, ...args],
      workingDir,
      environment: Object.keys(environment),
      sandbox: runs.kind === "script",
      ...(runs.kind === "script" ? { permissions: runs.permissions } : {}),
      ...(program.memLimitBytes === undefined
        ? {}
        : { memLimitBytes: program.memLimitBytes }),
      lanes: program.lanes,
      ...(missing === undefined ? {} : { missing }),
    };
  }));
}

/** How wide a line may be; a single word may be wider. */
const COLUMNS = 80;

/** Returns the processes as text. */
function describeProcesses(processes: readonly PlannedProcess[]): string {
  const text = processes.map(describe).join("\n\n");
  const used = Object.entries(STANDS_FOR)
    .filter(([word]) => text.includes(word))
    .map(([word, meaning]) => `${word}: ${meaning}`);
  return used.length === 0 ? text : `${text}\n\n${used.join("\n")}`;
}

const LABEL_COLUMNS = "  missing  ".length;

function describe(
  {
    name,
    stage,
    variant,
    swap,
    addresses: [first = "", second = ""],
    next,
    commandLine,
    workingDir,
    environment,
    permissions,
    memLimitBytes,
    lanes,
    missing,
  }: PlannedProcess,
): string {
  const columns = COLUMNS - LABEL_COLUMNS;
  const line = (label: string, words: readonly string[], between = ", ") =>
    wrapWords(words.map(visibleInLine), { columns, between })
      .map((text, at) =>
        `  ${at === 0 ? label : ""}`.padEnd(LABEL_COLUMNS) + text
      );
  const sentence = (label: string, text: string) =>
    line(label, text.split(" "), " ");
  const command = wrapWords(commandLine.map(quoteWord), {
    columns,
    goesOn: " \\",
  });
  return [
    (variant === undefined ? name : `${name}: ${variant}`) +
    (swap === undefined ? "" : ` (--swap=${swap})`),
    ...sentence(
      "serves",
      swap === undefined
        ? `at ${first}, at ${second} once it is exchanged`
        : `at ${second} or ${first}, whichever is free then`,
    ),
    ...(next.length > 0 ? line("calls", next) : []),
    ...(permissions
      ? Object.entries(permissions).flatMap(([kind, granted]) =>
        granted === true
          ? line(kind, ["everything"])
          : granted === false || granted.length === 0
          ? []
          : line(kind, granted)
      )
      : sentence(
        "rights",
        "not sandboxed by Deno: it may do all that you may",
      )),
    ...(environment.length > 0 ? line("sets", environment) : []),
    ...(memLimitBytes === undefined
      ? []
      : sentence("memory", `at most ${formatBytes(memLimitBytes)}`)),
    ...(lanes || !SHAREABLE.some((each) => each === stage)
      ? []
      : sentence("lanes", "false: it has one process")),
    ...(missing === undefined ? [] : sentence("missing", missing)),
    ...line("in", [workingDir]),
    ...command.map((text, at) => `  ${at === 0 ? "$ " : "    "}${text}`),
  ].join("\n");
}
