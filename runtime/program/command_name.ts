/**
 * How a person calls this program: by `deno task` in the project's folder, or
 * by what was installed elsewhere.
 *
 * @module
 */

import { readVariable, RUN_VARIABLES } from "./run_variables.ts";

/** What calls the program where nobody has said anything else. */
const TASK_RUNNER = "deno task";

/**
 * Returns the command line that a person is to type: "deno task ps", or
 * "denizen ps".
 *
 * Whoever starts the program for somebody sets DENIZEN_COMMAND, and the
 * processes of a run inherit it, so that a service gives the same hints.
 *
 * @param words A command and its arguments.
 */
export function commandFor(words: string): string {
  return `${readVariable(RUN_VARIABLES.command) ?? TASK_RUNNER} ${words}`;
}

/** What a process is given to name the same command as this one. */
export function commandVariable(): Record<string, string> {
  const command = readVariable(RUN_VARIABLES.command);
  return command === undefined ? {} : { [RUN_VARIABLES.command]: command };
}
