/**
 * Builds programs in other languages: all that can be built here, and says of
 * the others what is missing.
 *
 * @module
 */

import { Failure } from "../../runtime/program/errors.ts";
import { integer, readFlags, toggle } from "../../runtime/program/flags.ts";
import { log } from "../../runtime/program/log.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { printHelp } from "../terminal/help.ts";
import {
  type Command,
  describeMissing,
  type Requirement,
  unmet,
} from "./requirements.ts";

/** The flags of a command that builds. */
export const buildFlags = {
  jobs: {
    ...integer("compilers at a time", navigator.hardwareConcurrency, {
      min: 1,
      max: 1_024,
    }),
    defaultText: "one for each processor",
  },
  "update-crates": toggle(
    "take the newest crates that Cargo.toml allows, and list them in crates.txt",
  ),
  checks: toggle(
    "also what CI asks for: formats, lints, warnings as errors, unit tests, sanitizers",
  ),
  help: toggle("print this"),
};

/** How it is built. */
export interface Choices {
  /** Compilers at a time. */
  jobs: number;
  updateCrates: boolean;
  checks: boolean;
}

/** What is built: with what, to which programs. */
export interface Build {
  /** What it is called, as in "the Rust calculator". */
  name: string;
  requirements: readonly Requirement[];
  /** What comes first. @throws {Failure} If it cannot be done. */
  prepare?(choices: Choices): Promise<void>;
  /** Run in the project's folder, one after the other. */
  commands(choices: Choices): readonly Command[];
  /** Run after them, where they are asked for. */
  checks(choices: Choices): readonly Command[];
  /** Where what is built can be found, from the project's folder. */
  programs: readonly string[];
}

/**
 * Runs a command that builds.
 *
 * @param name The command's.
 * @param does What it does, for the help.
 * @param argv Its arguments.
 * @throws {UsageError} If they are wrong.
 * @throws {Failure} If something is missing, or does not build.
 */
export async function runBuilds(
  name: string,
  does: string,
  builds: readonly Build[],
  argv: string[],
): Promise<void> {
  const { flags } = readFlags(argv, buildFlags);
  if (flags.help) {
    printHelp(`${name} [flags]`, does, buildFlags);
    return;
  }
  const problems: string[] = [];
  for (const build of builds) {
    const problem = await run(build, {
      ...flags,
      updateCrates: flags["update-crates"],
    });
    if (problem === undefined) log(`Built ${build.programs.join(", ")}`);
    else problems.push(`Cannot build the ${build.name}: ${problem}`);
  }
  if (problems.length > 0) throw new Failure(problems.join("\n"));
}

/** Builds one, and says why it could not. */
async function run(
  build: Build,
  choices: Choices,
): Promise<string | undefined> {
  const missing = await unmet(build.requirements, choices.checks);
  if (missing.length > 0) return describeMissing(missing);
  log(`Building the ${build.name}`);
  try {
    await build.prepare?.(choices);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  const checks = choices.checks ? build.checks(choices) : [];
  for (const command of [...build.commands(choices), ...checks]) {
    const [program, ...args] = command;
    const { code } = await new Deno.Command(program, {
      args,
      cwd: PROJECT,
      stdin: "null",
      // Of cmake, progress of no interest; of others, what is not right.
      stdout: program === "cmake" ? "null" : "inherit",
      stderr: "inherit",
    }).output();
    if (code !== 0) return `"${command.join(" ")}" ended with code ${code}`;
  }
}
