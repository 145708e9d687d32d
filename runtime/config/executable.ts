/**
 * What a file says of a program, made exact: absolute paths, each variable with
 * its value.
 *
 * @module
 */

import { resolve } from "node:path";
import type { Executable } from "../process/command_line.ts";
import {
  PERMISSION_KINDS,
  type Permissions,
} from "../process/permission_flags.ts";
import type { ProgramShape } from "./program_schema.ts";

/**
 * Returns what is run.
 *
 * @param folder The file's folder, which paths are relative to.
 */
export function executableOf(
  { script, command, args, permissions }: Pick<
    ProgramShape,
    "script" | "command" | "args" | "permissions"
  >,
  folder: string,
): Executable {
  if (script !== undefined) {
    const granted: Permissions = {};
    for (const kind of PERMISSION_KINDS) {
      const given = permissions[kind];
      if (given !== undefined) granted[kind] = given;
    }
    return {
      kind: "script",
      script: resolve(folder, script),
      args,
      permissions: granted,
    };
  }
  const [program = "", ...rest] = command ?? [];
  // A bare name is looked up in PATH; anything else is a file.
  return {
    kind: "command",
    program: program.includes("/") ? resolve(folder, program) : program,
    args: rest,
  };
}

/** Returns the variables to set; null passes one of our own on. */
export function variablesOf(
  { environment }: Pick<ProgramShape, "environment">,
): Record<string, string | null> {
  const entries: [string, string | null][] = Array.isArray(environment)
    ? environment.map((line) => {
      const [, name = "", value] = /^([^=]+)(?:=(.*))?$/s.exec(line) ?? [];
      return [name, value ?? null];
    })
    : Object.entries(environment).map(([name, value]) => [
      name,
      value === null ? null : String(value),
    ]);
  return Object.fromEntries(entries);
}
