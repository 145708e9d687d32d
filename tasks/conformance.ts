/**
 * `deno task conformance STAGE`: drives one stage between scripted neighbours,
 * and says which of the things that a stage must do it does.
 *
 * @module
 */

import {
  loadStageCatalog,
  type StageCatalog,
} from "../orchestrator/stage_catalog.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import {
  type Flag,
  readFlags,
  text,
  toggle,
} from "../runtime/program/flags.ts";
import { userPath } from "../runtime/program/paths.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log, print } from "../runtime/program/log.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import { STAGES } from "../stages/names.ts";
import { Violation } from "./conformance/check.ts";
import { CHECKS } from "./conformance/checks.ts";
import {
  describeHead,
  describeResult,
  describeSum,
} from "./conformance/describe.ts";
import {
  type CheckResult,
  checksOf,
  runChecks,
} from "./conformance/run_checks.ts";
import type { Looked } from "./conformance/stage_spec.ts";
import { printHelp } from "./terminal/help.ts";

const FLAGS = {
  stages: text(
    "FILE",
    "what runs the stages (default: stages/stages.yaml)",
  ),
  only: {
    placeholder: "ID,...",
    help: "the checks to make",
    defaultText: "all",
    fallback: undefined,
    read: (ids: string) => ids.split(",").map(checkId),
  } as Flag<string[] | undefined>,
  quick: toggle("leave out what takes minutes, and make the others of less"),
  list: toggle("list what can be checked, one a line, and check nothing"),
  json: toggle("print one JSON document and nothing else"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @returns The exit code: 0, 1 where a check has failed, 130 or 143 when it was
 * interrupted.
 * @throws {UsageError} If the command line is wrong.
 * @throws {Failure} If the stage does not start.
 */
export async function conformance(argv: string[]): Promise<number> {
  const { flags, words: [word] } = readFlags(argv, FLAGS, { maxWords: 1 });
  const { only, quick, json, help } = flags;
  if (help) {
    printHelp(
      "conformance STAGE[=VARIANT] [flags]",
      "Drives one stage between scripted neighbours, and says what it does wrong.",
      FLAGS,
    );
    return 0;
  }
  const catalog = await catalogOf(flags.stages);
  if (flags.list) {
    for (const name of namesIn(catalog)) print(name);
    return 0;
  }
  const { stage, variant } = readStage(word);
  const chosen = checksOf(stage, { ...(only ? { only } : {}), quick });
  if (chosen.length === 0) {
    throw new UsageError(
      `Cannot check stage "${stage}": ${only?.join(", ")} is for ${
        CHECKS.find(({ id }) => only?.includes(id))!.stages.join(", ")
      }`,
    );
  }
  const looked = { stage, variant, catalog };
  checkVariant(looked);
  using interrupts = listenForInterrupts();
  const width = Math.max(...chosen.map(({ id }) => id.length));
  if (!json) print(describeHead(width));
  const results = await made(looked, {
    ...(only ? { only } : {}),
    quick,
    stop: interrupts.stop,
    onResult: (result) => json || print(describeResult(result, width)),
  });
  if (json) print(JSON.stringify(documentOf(looked, results), undefined, 2));
  else print(`\n${nameOf(looked)}: ${describeSum(results)}`);
  if (interrupts.stop.aborted) {
    log("Interrupted: not all checks were made");
    return Number(interrupts.stop.reason);
  }
  return results.some(({ outcome }) => outcome === "FAILED") ? 1 : 0;
}

/** The checks, or why the stage does not even start. */
async function made(
  ...options: Parameters<typeof runChecks>
): Promise<CheckResult[]> {
  try {
    return await runChecks(...options);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const { sent, came } = error.evidence;
    throw new Failure(
      `Cannot check stage "${
        nameOf(options[0])
      }": it does not start\n  started: ${sent}\n  came: ${came}`,
      1,
      { cause: error },
    );
  }
}

/** All stages and variants, as they are named on the command line. */
function namesIn({ variantNames }: StageCatalog): string[] {
  return STAGES.flatMap((stage) => [
    stage,
    ...variantNames(stage).map((variant) => nameOf({ stage, variant })),
  ]);
}

/** Reads `parse` and `parse=rust`. */
function readStage(word: string | undefined) {
  const [name, variant] = word?.split("=", 2) ?? [];
  const stage = STAGES.find((each) => each === name);
  if (stage) return { stage, variant };
  throw new UsageError(
    name === undefined
      ? `Cannot check a stage: name one of ${STAGES.join(", ")}`
      : `Cannot check stage "${name}"${suggestionOrAll(name, STAGES)}`,
  );
}

function catalogOf(path: string | undefined): Promise<StageCatalog> {
  return loadStageCatalog(path === undefined ? undefined : userPath(path));
}

/** @throws {UsageError} If there is no such variant. */
function checkVariant({ catalog, stage, variant }: Looked): void {
  try {
    catalog.variant(stage, variant);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`Cannot check ${stage}=${variant}: ${error.message}`);
  }
}

function nameOf(
  { stage, variant }: Pick<Looked, "stage" | "variant">,
): string {
  return variant === undefined ? stage : `${stage}=${variant}`;
}

function checkId(text: string): string {
  const ids = CHECKS.map(({ id }) => id);
  if (ids.includes(text)) return text;
  throw new UsageError(
    `there is no check "${text}"${suggestionOrAll(text, ids)}`,
  );
}

/** What `--json` prints. */
function documentOf(
  { stage, variant }: Looked,
  results: readonly CheckResult[],
) {
  return {
    command: "conformance",
    stage,
    ...(variant === undefined ? {} : { variant }),
    checks: results,
  };
}
