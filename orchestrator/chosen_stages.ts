/**
 * What the stages of a run are to run: the flag `--stage`, and what each choice
 * asks for.
 *
 * ```
 * --stage=parse=rust --stage=rules=python
 * ```
 *
 * @module
 */

import { valuesOf } from "../runtime/process/command_line.ts";
import { findStartFailure } from "../runtime/process/start_failure.ts";
import { UsageError } from "../runtime/program/errors.ts";
import type { Flag } from "../runtime/program/flags.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import { type StageName, STAGES } from "../stages/names.ts";
import {
  type ChosenStages,
  defaultStages,
  type StageCatalog,
  type StageVariant,
} from "./stage_catalog.ts";
import { DEFAULT_VARIANT } from "./stage_words.ts";
import { type WantedWorkers, type Workers, workersThatPay } from "./workers.ts";

/** One stage, and which of its variants it is to run. */
export interface StageChoice {
  stage: StageName;
  variant: string;
}

/** The flag `--stage`; it may be given for each stage. */
export const stageFlag: Flag<StageChoice> = {
  placeholder: "STAGE=VARIANT",
  help:
    "runs a variant of a stage that the stages file has, as in parse=rust; one flag for each stage",
  fallback: { stage: STAGES[0], variant: DEFAULT_VARIANT },
  read: readStageChoice,
};

/**
 * Reads `parse=rust`.
 *
 * @throws {UsageError} Saying what was expected.
 */
export function readStageChoice(text: string): StageChoice {
  const [, name = "", variant = ""] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  if (variant === "") {
    throw new UsageError("expected STAGE=VARIANT, as in parse=rust");
  }
  if (/,[^,]*=/.test(variant)) {
    throw new UsageError(
      "one flag is for one stage; give it again for another",
    );
  }
  const stage = STAGES.find((each) => each === name);
  if (stage) return { stage, variant };
  throw new UsageError(
    `there is no stage "${name}"${suggestionOrAll(name, STAGES)}`,
  );
}

/**
 * Returns what each stage is to run.
 *
 * @throws {UsageError} For a variant that there is not, or a stage that is
 * chosen twice.
 */
export function chooseStages(
  catalog: StageCatalog,
  choices: readonly StageChoice[],
): ChosenStages {
  const chosen = new Map<StageName, StageVariant>();
  for (const { stage, variant } of choices) {
    const cannot = `Cannot use --stage=${stage}=${variant}`;
    if (chosen.has(stage)) {
      throw new UsageError(`${cannot}: "${stage}" is chosen twice`);
    }
    try {
      chosen.set(stage, catalog.variant(stage, variant));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`${cannot}: ${error.message}`);
    }
  }
  return { ...defaultStages(catalog), ...Object.fromEntries(chosen) };
}

/** Returns the names of the variants that were chosen, by stage. */
export function variantsIn(
  chosen: ChosenStages,
): Partial<Record<StageName, string>> {
  return Object.fromEntries(
    Object.values(chosen)
      .filter(({ variant }) => variant !== undefined)
      .map(({ stage, variant }) => [stage, variant]),
  );
}

/**
 * Returns how many processes each stage has.
 *
 * @throws {UsageError} For several of one that cannot share its work.
 */
export function workersOf(
  wanted: WantedWorkers,
  chosen: ChosenStages,
  cores = navigator.hardwareConcurrency,
): Workers {
  const isAlone = ([stage, count]: [string, number]) =>
    count > 1 && !chosen[stage as StageName].lanes;
  if (wanted === "auto") {
    return Object.fromEntries(
      Object.entries(workersThatPay(cores)).filter((each) => !isAlone(each)),
    );
  }
  const alone = Object.entries(wanted).find(isAlone);
  if (!alone) return wanted;
  const [stage, count] = alone;
  const { variant } = chosen[stage as StageName];
  throw new UsageError(
    `Cannot use --workers=${stage}:${count}: ${
      variant === undefined
        ? `stage "${stage}"`
        : `variant "${variant}" of stage "${stage}"`
    } says lanes: false in the stages file, so it has one process; leave it out of --workers, or pick another variant with --stage`,
  );
}

/**
 * Makes sure that the programs are there.
 *
 * @throws {UsageError} For one that is not, with what builds it.
 */
export async function requirePrograms(
  chosen: Iterable<StageVariant>,
): Promise<void> {
  for (const program of chosen) {
    const { stage, environment } = program;
    const why = await findStartFailure(program, valuesOf(environment));
    if (why === undefined) continue;
    throw new UsageError(`Cannot start stage "${stage}": ${why}`);
  }
}
