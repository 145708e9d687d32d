/**
 * Says why a process could not be started.
 *
 * The system says "no such file" of a program, of the folder to run in and of
 * the interpreter in a program's first line alike; here they are told apart.
 *
 * @module
 */

import { isThere } from "../files/optional_file.ts";
import { systemReason } from "../files/system_reason.ts";
import { Failure } from "../program/errors.ts";
import { programEnvironment, type ProgramSpec } from "./command_line.ts";
import type { Environment } from "./environment.ts";
import { requireProgram } from "./start_gate.ts";

/** What could not be started. */
export interface StartAttempt extends Pick<ProgramSpec, "runs" | "workingDir"> {
  /** What builds its program. */
  buildWith: string | undefined;
}

/**
 * Says beforehand what starting a program would say, as far as its file tells;
 * undefined where it is there.
 *
 * @param set The variables that are set for it.
 */
export async function findStartFailure(
  program: StartAttempt & Pick<ProgramSpec, "inheritEnvironment">,
  set: Environment = {},
): Promise<string | undefined> {
  const { runs, workingDir } = program;
  if (runs.kind === "script") return undefined;
  const { PATH = "" } = programEnvironment(program, set);
  try {
    requireProgram(runs.program, workingDir, PATH);
    return undefined;
  } catch (error) {
    return await describeStartFailure(program, error);
  }
}

/** Returns why, in words for the end of a sentence. */
export async function describeStartFailure(
  { runs, workingDir, buildWith }: StartAttempt,
  error: unknown,
): Promise<string> {
  // An env file, say: whoever has failed knows best.
  if (error instanceof Failure) return error.message;
  const program = runs.kind === "script" ? Deno.execPath() : runs.program;
  const help = buildWith === undefined ? "" : `; build it with: ${buildWith}`;
  if (error instanceof Deno.errors.NotFound) {
    // What cannot be looked at is not said to be missing.
    const mayBeThere = (path: string) => isThere(path, { unknown: true });
    if (!await mayBeThere(workingDir)) {
      return `there is no folder "${workingDir}"`;
    }
    return program.includes("/") && await mayBeThere(program)
      ? `the interpreter that the first line of "${program}" names is not there`
      : `there is no program "${program}"${help}`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `"${program}" may not be run: is it an executable file?${help}`;
  }
  return systemReason(error);
}
