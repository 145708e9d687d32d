/**
 * Runs what a main.ts is for, and turns its end into an exit code.
 *
 * The code is 0 when all is good, 1 when something failed, and 2 when the
 * command line or the configuration is wrong. A failure is one message on
 * standard error, and so is what the system refuses. Only a defect shows its
 * stack.
 *
 * @module
 */

import { Failure, Fault, UsageError } from "./errors.ts";
import { log, logDefect } from "./log.ts";
import { describeSystemError, isSystemError } from "./system_error.ts";

/**
 * Runs `main` and ends the process.
 *
 * @param main Returns the exit code; nothing counts as 0.
 */
export async function exitWith(
  main: () => Promise<number | void>,
): Promise<never> {
  Deno.exit(await exitCodeOf(main));
}

/** The exit code of `main`, whose failure has been told. */
export async function exitCodeOf(
  main: () => Promise<number | void>,
): Promise<number> {
  try {
    return (await main()) ?? 0;
  } catch (error) {
    if (error instanceof UsageError) {
      tell(error.message);
      return 2;
    }
    // So says a library that cannot know where its options come from.
    if (error instanceof Fault && error.cause instanceof UsageError) {
      log(error.message);
      return 2;
    }
    if (error instanceof Failure) {
      tell(error.message);
      return error.exitCode;
    }
    // The reader of our output has seen enough, as in `| head`.
    if (error instanceof Deno.errors.BrokenPipe) return 0;
    if (error instanceof Fault) {
      // Another program's words: no further line of them that looks like ours.
      log(error.message);
      return 1;
    }
    if (isSystemError(error)) tell(describeSystemError(error));
    else logDefect("running", error);
    return 1;
  }
}

/** A message of several lines keeps them: they are a list of problems. */
function tell(message: string): void {
  for (const line of message.split("\n")) log(line);
}
