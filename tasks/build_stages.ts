/**
 * The `build:stages` command: builds the stages of the pipeline that are written
 * in other languages.
 *
 * It builds what it can, even when something for the rest is missing.
 *
 * @module
 */

import { cargoBuild } from "./build/cargo.ts";
import { goBuild } from "./build/go.ts";
import { pythonBuild } from "./build/python.ts";
import { type Build, buildFlags, runBuilds } from "./build/run_builds.ts";

/** The flags of the command. */
export const buildStagesFlags = buildFlags;

const COMMAND = "build:stages";

/** One for each language. */
const BUILDS: readonly Build[] = [
  cargoBuild({
    name: "parse stage in Rust",
    command: COMMAND,
    folder: "stages/rust",
    programs: ["parse"],
  }),
  pythonBuild({
    name: "rules stage in Python",
    folder: "stages/python",
    contracts: ["pipeline/v1/pipeline.proto"],
  }),
  goBuild({
    name: "aggregate stage in Go",
    folder: "stages/go",
    contract: ["../../proto", "pipeline/v1/pipeline.proto"],
    programs: ["aggregate"],
  }),
];

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If they are wrong.
 * @throws {Failure} If something is missing, or does not build.
 */
export async function buildStages(argv: string[]): Promise<void> {
  await runBuilds(
    COMMAND,
    "Builds the stages of the pipeline that are written in other languages.",
    BUILDS,
    argv,
  );
}
