/**
 * What can be run as a stage: what ships with Denizen, and what a stages file
 * says besides.
 *
 * What it takes to read YAML and to check it is loaded for a file that somebody
 * has written: the one that ships is known already.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { executableOf, variablesOf } from "../runtime/config/executable.ts";
import type { ProgramSpec } from "../runtime/process/command_line.ts";
import { UsageError } from "../runtime/program/errors.ts";
import { PROJECT, shortPath } from "../runtime/program/paths.ts";
import { suggest } from "../runtime/program/suggest.ts";
import { withPathErrors } from "../runtime/program/system_error.ts";
import { SHAREABLE, type StageName, STAGES } from "../stages/names.ts";
import SHIPPED from "./shipped_stages.json" with { type: "json" };
import type { StagesShape, VariantShape } from "./stage_schema.ts";
import { DEFAULT_VARIANT } from "./stage_words.ts";

/** One way to run a stage. The rights of a script are in the file's words. */
export interface StageVariant extends ProgramSpec {
  stage: StageName;
  /** Its name in the file; undefined for what the stage itself runs. */
  variant: string | undefined;
  /** Variables to set; null passes one of our own on. */
  environment: Readonly<Record<string, string | null>>;
  /** What builds its program; for the message where that is missing. */
  buildWith: string | undefined;
  /** Whether several processes of it can share the work. */
  lanes: boolean;
}

/** One way to run each stage. */
export type ChosenStages = Readonly<Record<StageName, StageVariant>>;

/** What can be run as a stage. */
export interface StageCatalog {
  /** The file, as an absolute path. */
  readonly path: string;
  /**
   * Finds a way to run a stage.
   *
   * @param name The variant's. @default {what the stage itself runs}
   * @throws {UsageError} If there is no such variant.
   */
  variant(stage: StageName, name?: string): StageVariant;
  /** The names of a stage's variants; none for what the stage itself runs. */
  variantNames(stage: StageName): string[];
}

/** The file that ships. */
export const SHIPPED_STAGES = join(PROJECT, "stages/stages.yaml");

/**
 * Reads a stages file. What it does not say is as in the one that ships.
 *
 * @param path The file. @default {the one that ships}
 * @throws {UsageError} If it cannot be read, naming everything that is wrong.
 */
export async function loadStageCatalog(
  path: string = SHIPPED_STAGES,
): Promise<StageCatalog> {
  const file = resolve(path);
  const stages = await readStages(file);
  const shipped = file === SHIPPED_STAGES
    ? stages
    : await readStages(SHIPPED_STAGES);
  const own = new Map(STAGES.map((stage) => [
    stage,
    new Map([
      ...variantsOf(stage, shipped, SHIPPED_STAGES),
      ...variantsOf(stage, stages, file),
    ]),
  ]));
  const namesOf = (stage: StageName) =>
    [...own.get(stage)!.keys()].filter((name) => name !== DEFAULT_VARIANT);
  return {
    path: file,
    variant(stage, name = DEFAULT_VARIANT) {
      const found = own.get(stage)!.get(name);
      if (found) return found;
      const known = [DEFAULT_VARIANT, ...namesOf(stage)];
      const hint = suggest(name, known);
      throw new UsageError(
        `there is no variant "${name}" of stage "${stage}"; ${
          hint ? `${hint} ` : ""
        }${shortPath(file)} knows ${known.join(", ")}`,
      );
    },
    variantNames: namesOf,
  };
}

/** Returns what each stage itself runs. */
export function defaultStages({ variant }: StageCatalog): ChosenStages {
  return Object.fromEntries(
    STAGES.map((stage) => [stage, variant(stage)]),
  ) as ChosenStages & Record<StageName, StageVariant>;
}

async function readStages(path: string): Promise<StagesShape> {
  const text = await withPathErrors(
    `Cannot load stages "${shortPath(path)}"`,
    () => Deno.readTextFile(path),
  );
  // By its whole text: whoever edits the file gets what it says now.
  if (path === SHIPPED_STAGES && text === SHIPPED.text) {
    return SHIPPED.stages as StagesShape;
  }
  const { parseStages } = await import("./stages_file.ts");
  return parseStages(text, { path });
}

/** The ways to run a stage that a file has, by name. */
function* variantsOf(
  stage: StageName,
  stages: StagesShape,
  path: string,
): Generator<[name: string, variant: StageVariant]> {
  const shape = stages[stage];
  if (!shape) return;
  const { variants, ...own } = shape;
  const made = (shape: VariantShape, name?: string): StageVariant => ({
    stage,
    variant: name,
    runs: executableOf(shape, dirname(path)),
    workingDir: dirname(path),
    environment: variablesOf(shape),
    // A command has the user's rights anyway.
    inheritEnvironment: shape.command !== undefined,
    memLimitBytes: shape.mem_limit,
    buildWith: shape.build_with,
    lanes: shape.lanes && SHAREABLE.some((each) => each === stage),
  });
  if (own.script !== undefined || own.command !== undefined) {
    yield [DEFAULT_VARIANT, made(own)];
  }
  for (const [name, variant] of Object.entries(variants)) {
    yield [name, made(variant, name)];
  }
}
