/**
 * From what a program is, as config.yaml and stages.yaml say it, to the process
 * that is started: its command line and its variables.
 *
 * @module
 */

import { relative } from "node:path";
import { RUN_VARIABLE_PATTERN } from "../program/run_variables.ts";
import { denoCommand } from "./deno_command.ts";
import {
  buildEnvironment,
  type Environment,
  withheldFrom,
} from "./environment.ts";
import { heapFlags } from "./memory_limit.ts";
import type { Permissions } from "./permission_flags.ts";
import type { ProcessSpec } from "./start_process.ts";

/** What a process runs. */
export type Executable =
  | {
    kind: "script";
    script: string;
    args: readonly string[];
    permissions: Permissions;
    /** A module that is run before the script. */
    preload?: string;
  }
  | { kind: "command"; program: string; args: readonly string[] };

/** A program, and how it is run. */
export interface ProgramSpec {
  runs: Executable;
  /** An absolute path. */
  workingDir: string;
  /** Resident memory of its process group above which it is ended. */
  memLimitBytes?: number | undefined;
  /** Whether it inherits all of our variables. */
  inheritEnvironment: boolean;
}

/**
 * Returns what to start.
 *
 * @param spec What to run, and how.
 * @param set The variables that are set for it; a script may read them.
 * @param v8Flags For the engine of a script. @default {none}
 */
export function processOf(
  spec: ProgramSpec,
  set: Environment,
  v8Flags: readonly string[] = [],
): ProcessSpec {
  return {
    ...commandLine(spec, Object.keys(set), set.DENO_V8_FLAGS, v8Flags),
    cwd: spec.workingDir,
    env: programEnvironment(spec, set),
  };
}

/**
 * Returns the program and the arguments.
 *
 * @param spec What to run, and how.
 * @param variables The names that its environment sets.
 * @param ownV8Flags What its environment has as DENO_V8_FLAGS.
 * @param v8Flags For the engine of a script. @default {none}
 */
export function commandLine(
  { runs, workingDir, memLimitBytes }: Omit<ProgramSpec, "inheritEnvironment">,
  variables: readonly string[],
  ownV8Flags: string | undefined = Deno.env.get("DENO_V8_FLAGS"),
  v8Flags: readonly string[] = [],
): Pick<ProcessSpec, "program" | "args"> {
  if (runs.kind === "command") {
    return { program: runs.program, args: runs.args };
  }
  const env = readableVariables(runs.permissions, variables);
  const script = relative(workingDir, runs.script);
  return denoCommand({
    script: script.startsWith("..") ? runs.script : script,
    args: runs.args,
    permissions: {
      ...runs.permissions,
      env: env === true || [...env, RUN_VARIABLE_PATTERN],
    },
    v8Flags: [...v8Flags, ...heapFlags(memLimitBytes, ownV8Flags)],
    preload: runs.preload,
  });
}

/**
 * Has Deno ask nobody whether there is a newer one: that would be a call to
 * another machine, from a script that may not make any.
 */
const QUIET: Environment = { DENO_NO_UPDATE_CHECK: "1" };

/**
 * Returns all variables of a process.
 *
 * @param set Those that are set for it.
 */
export function programEnvironment(
  { runs, inheritEnvironment }: Pick<
    ProgramSpec,
    "runs" | "inheritEnvironment"
  >,
  set: Environment,
): Record<string, string> {
  const own = Deno.env.toObject();
  return buildEnvironment(runs.kind === "script" ? { ...QUIET, ...own } : own, {
    inherits: inheritEnvironment ||
      (runs.kind === "script" && runs.permissions.env) || [],
    set,
  });
}

/**
 * Returns the names of our variables that a process does not get.
 *
 * @param env All that it gets.
 */
export function withheld({ env = {} }: Pick<ProcessSpec, "env">): string[] {
  return withheldFrom(Deno.env.toObject(), env);
}

/**
 * Returns the variables that a script may read; true for all.
 *
 * Those that its environment sets are among them: whoever sets a variable for a
 * program means it to be read.
 *
 * @param variables The names that its environment sets.
 */
export function readableVariables(
  { env = [] }: Permissions,
  variables: readonly string[],
): true | readonly string[] {
  return typeof env === "boolean"
    ? env || variables
    : [...new Set([...env, ...variables])];
}

/** Returns variables with their values; null stands for our own, if it is set. */
export function valuesOf(
  variables: Readonly<Record<string, string | null>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables)
      .map(([name, value]) => [name, value ?? Deno.env.get(name)] as const)
      .filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
