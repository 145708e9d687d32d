/**
 * The flags of all commands that measure.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import { toggle } from "../../runtime/program/flags.ts";

export const BENCH_FLAGS = {
  json: toggle("print JSON and nothing else"),
  quick: toggle("shorter runs: for a look, not for the record"),
  help: toggle("print this"),
};

/** For those whose tables stand in a page. */
export const markdownFlag = toggle(
  "print the tables as docs/performance.md has them",
);

/** @throws {UsageError} If two forms of output are asked for. */
export function checkForm(given: ReadonlySet<string>): void {
  if (!given.has("json") || !given.has("markdown")) return;
  throw new UsageError(
    "Cannot use --markdown with --json: there is one output; leave one of them out",
  );
}
