/**
 * Reads a stages file that somebody has written: YAML, checked against the
 * schema. Every problem is reported at once, with its path.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { withoutExtensions } from "../runtime/config/extensions.ts";
import { interpolate } from "../runtime/config/interpolation.ts";
import { knownKeys } from "../runtime/config/known_keys.ts";
import { isFileOnDisk, whyNoFile } from "../runtime/config/named_files.ts";
import {
  describeProblems,
  type Problem,
  problemsOf,
} from "../runtime/config/problems.ts";
import {
  describeYamlProblem,
  readYaml,
  YamlProblem,
} from "../runtime/config/yaml_text.ts";
import { UsageError } from "../runtime/program/errors.ts";
import { shortPath } from "../runtime/program/paths.ts";
import { RUN_VARIABLE_NAMES } from "../runtime/program/run_variables.ts";
import { relevantIssues } from "../runtime/program/schema_problems.ts";
import { STAGES } from "../stages/names.ts";
import {
  STAGES_SCHEMA,
  stagesJsonSchema,
  type StagesShape,
  type VariantShape,
} from "./stage_schema.ts";
import { NEXT, SELF } from "./stage_words.ts";

/** Maps whose keys are names that the user chooses. */
const NAMED = ["variants", "environment"];

/** The stage that calls no other. */
const LAST_STAGE = STAGES.at(-1);

/** A host of this machine that somebody has listed by itself. */
const LOOPBACK = /^(127\.|localhost|\[::1\])/;

/** What {@linkcode parseStages} needs besides the text. */
export interface StagesContext {
  /** Where the text came from, as an absolute path. */
  path: string;
  /** Values for `${NAME}`. @default {the environment of this process} */
  variables?: Readonly<Record<string, string | undefined>>;
  /** Tells whether a file exists. @default {asks the file system} */
  isFile?: (path: string) => boolean;
}

/**
 * Reads the text of a stages file.
 *
 * @throws {UsageError} Naming everything that is wrong, with its path.
 */
export function parseStages(text: string, {
  path,
  variables = Deno.env.toObject(),
  isFile = isFileOnDisk,
}: StagesContext): StagesShape {
  const cannot = `Cannot load stages "${shortPath(path)}"`;
  const written = withoutExtensions(parseYaml(text, cannot), NAMED);
  if (written === null) {
    throw new UsageError(`${cannot}: the file is empty: stages is missing`);
  }
  const filled = interpolate(written, variables);
  const result = STAGES_SCHEMA.safeParse(filled.value, { reportInput: true });
  const unfilledAt = new Set(
    filled.problems.map(({ path }) => path.join(".")),
  );
  const problems = [
    ...filled.problems,
    ...result.success
      ? placesOf(result.data.stages)
        .flatMap((place) => placeProblems(place, dirname(path), isFile))
      : relevantIssues(result.error.issues)
        .flatMap((issue) => problemsOf(issue, keysAt))
        // What could not be filled in is the cause of what else is wrong there.
        .filter(({ path }) => !unfilledAt.has(path.join("."))),
  ];
  if (!result.success || problems.length > 0) {
    throw new UsageError(`${cannot}:\n${describeProblems(problems)}`);
  }
  return result.data.stages;
}

function keysAt(path: readonly PropertyKey[]): string[] {
  return knownKeys(stagesJsonSchema(), path);
}

/** Something that is run, and where the file says so. */
interface Place {
  path: readonly PropertyKey[];
  shape: VariantShape;
}

function placesOf(stages: StagesShape): Place[] {
  return Object.entries(stages).flatMap(([stage, shape]) =>
    shape === undefined ? [] : [
      { path: ["stages", stage], shape },
      ...Object.entries(shape.variants).map(([name, variant]) => ({
        path: ["stages", stage, "variants", name],
        shape: variant,
      })),
    ]
  );
}

function placeProblems(
  { path, shape: { script, permissions, environment } }: Place,
  folder: string,
  isFile: (path: string) => boolean,
): Problem[] {
  const file = script === undefined ? undefined : resolve(folder, script);
  const missing = file !== undefined && !isFile(file)
    ? [{
      path: [...path, "script"],
      message: `file "${script}" ${whyNoFile(file)}`,
    }]
    : [];
  const names = Array.isArray(environment)
    ? environment.map((line) => line.split("=")[0]!)
    : Object.keys(environment);
  const reserved = names.filter((name) => RUN_VARIABLE_NAMES.includes(name))
    .map((name) => ({
      path: [...path, "environment", name],
      message: "is set for each process of a run",
    }));
  const unreachable = script === undefined
    ? []
    : missingNetwork(path, permissions.net);
  return [...missing, ...unreachable, ...reserved];
}

/**
 * A script that may not serve ends at once; one that may not call the next stage
 * waits for it for ever. Hosts that are listed instead are taken as they are.
 */
function missingNetwork(
  path: readonly PropertyKey[],
  net: NonNullable<VariantShape["permissions"]>["net"],
): Problem[] {
  const granted = net === true ? undefined : net || [];
  if (granted?.some((host) => LOOPBACK.test(host)) ?? true) return [];
  const needed = path[1] === LAST_STAGE ? [SELF] : [SELF, NEXT];
  const absent = needed.filter((word) => !granted!.includes(word));
  return absent.length === 0 ? [] : [{
    path: [...path, "permissions", "net"],
    message: `a stage needs ${absent.join(" and ")} here; write [${
      needed.join(", ")
    }]`,
  }];
}

/** @throws {UsageError} Where the text is not YAML: then there is nothing else to say. */
function parseYaml(text: string, cannot: string): unknown {
  try {
    return readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    throw new UsageError(`${cannot}: ${describeYamlProblem(error, text)}`);
  }
}
