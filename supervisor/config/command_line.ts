/**
 * What is started for a service: its environment is made anew at each start, so
 * an edited env file takes effect with a restart.
 *
 * @module
 */

import { systemReason } from "../../runtime/files/system_reason.ts";
import { processOf, valuesOf } from "../../runtime/process/command_line.ts";
import type { ProcessSpec } from "../../runtime/process/start_process.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { readEnv } from "./env_file.ts";
import type { ServiceSpec } from "./service_spec.ts";

/** Returns what to start for a service, its env files read. */
export async function processSpec(spec: ServiceSpec): Promise<ProcessSpec> {
  return {
    ...processOf(spec, await environmentOf(spec)),
    // Its socket is for this user only, whoever makes it.
    ...(spec.socket === undefined ? {} : { umask: 0o077 }),
  };
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
  return { ...result, ...valuesOf(environment) };
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
