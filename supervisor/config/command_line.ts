/**
 * The exact command line and environment of a service.
 *
 * The environment is made anew at each start, so an edited env file takes
 * effect with a restart.
 *
 * @module
 */

import { relative } from "node:path";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { denoCommand } from "../../runtime/process/deno_command.ts";
import {
  buildEnvironment,
  type Environment,
  withheldFrom,
} from "../../runtime/process/environment.ts";
import { heapFlags } from "../../runtime/process/heap_limit.ts";
import type { Permissions } from "../../runtime/process/permission_flags.ts";
import type { ProcessSpec } from "../../runtime/process/start_process.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { RUN_VARIABLE_PATTERN } from "../../runtime/program/run_variables.ts";
import { readEnv } from "./env_file.ts";
import type { ServiceSpec } from "./service_spec.ts";

/** Returns what to start for a service, its env files read. */
export async function processSpec(spec: ServiceSpec): Promise<ProcessSpec> {
  const set = await environmentOf(spec);
  return {
    ...commandLine(spec, Object.keys(set), set.DENO_V8_FLAGS),
    cwd: spec.workingDir,
    // Its socket is for this user only, whoever makes it.
    ...(spec.socket === undefined ? {} : { umask: 0o077 }),
    env: serviceEnvironment(spec, set),
  };
}

/**
 * Returns all variables of a service's process.
 *
 * @param set Those that are set for it.
 */
export function serviceEnvironment(
  spec: Pick<ServiceSpec, "runs" | "inheritEnvironment">,
  set: Environment,
): Record<string, string> {
  return buildEnvironment(Deno.env.toObject(), {
    inherits: inherits(spec),
    set,
  });
}

/** Returns which variables of the supervisor a service inherits; true for all. */
function inherits(
  { runs, inheritEnvironment }: Pick<
    ServiceSpec,
    "runs" | "inheritEnvironment"
  >,
): true | readonly string[] {
  if (inheritEnvironment) return true;
  return (runs.kind === "script" && runs.permissions.env) || [];
}

/**
 * Returns the names of the supervisor's variables that a service does not get.
 *
 * @param env All that it gets.
 */
export function withheld({ env = {} }: Pick<ProcessSpec, "env">): string[] {
  return withheldFrom(Deno.env.toObject(), env);
}

/**
 * Returns the program and the arguments of a service.
 *
 * @param spec The service.
 * @param variables The names that its environment sets.
 * @param v8Flags What its environment has as DENO_V8_FLAGS.
 */
export function commandLine(
  { runs, workingDir, memLimitBytes }:
    & Pick<ServiceSpec, "runs" | "workingDir">
    & Partial<Pick<ServiceSpec, "memLimitBytes">>,
  variables: readonly string[],
  v8Flags: string | undefined = Deno.env.get("DENO_V8_FLAGS"),
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
    v8Flags: heapFlags(memLimitBytes, v8Flags),
    preload: runs.preload,
  });
}

/**
 * Returns the variables that a script may read; true for all.
 *
 * Those that its environment sets are among them: whoever sets a variable for a
 * service means it to be read.
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

/** Reads the env files and lays the service's own variables over them. */
export async function environmentOf(
  { envFiles, environment }: Pick<ServiceSpec, "envFiles" | "environment">,
): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const file of envFiles) {
    const { variables, problems: [problem] } = readEnv(
      await readEnvFile(file),
      (name) => Deno.env.get(name) ?? result[name],
    );
    if (problem) {
      throw new Failure(
        `its env_file "${file}" is wrong in line ${problem.line}: ${problem.message}`,
      );
    }
    Object.assign(result, Object.fromEntries(variables));
  }
  for (const [name, value] of Object.entries(environment)) {
    const set = value ?? Deno.env.get(name);
    if (set !== undefined) result[name] = set;
  }
  return result;
}

async function readEnvFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Failure(
      `its env_file "${path}" cannot be read: ${systemReason(error)}`,
    );
  }
}
