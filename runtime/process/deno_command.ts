/**
 * The command line that runs a script of Deno's.
 *
 * @module
 */

import { permissionFlags, type Permissions } from "./permission_flags.ts";
import type { ProcessSpec } from "./start_process.ts";

/** A script that is to run as a process of its own. */
export interface DenoScript {
  /** Its path, absolute or from the folder that the process starts in. */
  script: string;
  /** What it is given. @default {none} */
  args?: readonly string[];
  /** Everything that it may touch; "all" trusts it as ourselves. */
  permissions: Permissions | "all";
  /** For the engine, such as `--expose-gc`. @default {none} */
  v8Flags?: readonly string[];
  /** A module that is loaded before it. @default {none} */
  preload?: string | undefined;
}

/**
 * Returns the program and the arguments.
 *
 * Nothing is fetched while the script starts: it fails at once or not at all.
 */
export function denoCommand(
  { script, args = [], permissions, v8Flags = [], preload }: DenoScript,
): Pick<ProcessSpec, "program" | "args"> {
  return {
    program: Deno.execPath(),
    args: [
      "run",
      "--cached-only",
      ...(v8Flags.length === 0 ? [] : [`--v8-flags=${v8Flags.join(",")}`]),
      ...(permissions === "all" ? ["-A"] : permissionFlags(permissions)),
      ...(preload === undefined ? [] : [`--preload=${preload}`]),
      script,
      ...args,
    ],
  };
}
