/**
 * The flag that asks for the results so far, and what it does not go with.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import { duration, type Flags } from "../../runtime/program/flags.ts";
import type { RecordKind } from "../../stages/sink/formats.ts";
import type { Writing } from "../../stages/sink/sink.ts";
import { FINAL } from "./appending.ts";
import type { Outlet } from "./planned_run.ts";

/** Below that, most of the time would go into it. */
const LEAST_MS = 100;

/** The flag. */
export const EVERY_FLAGS = {
  every: duration(
    `write the results so far each time this has passed; at least ${LEAST_MS}ms (default: only at the end)`,
    undefined,
  ),
};

/** What `--every` has to go with. */
export interface EveryOptions {
  writing: Writing;
  /** Where results go that are not to become a file. */
  outlet: Outlet | undefined;
  kind: RecordKind;
}

/**
 * Checks that results so far can be written.
 *
 * @throws {UsageError} If they cannot.
 */
export function checkEvery(
  { every }: Flags<typeof EVERY_FLAGS>,
  { writing: { format, top, sort }, outlet, kind }: EveryOptions,
): void {
  if (every === undefined) return;
  if (every < LEAST_MS) {
    throw new UsageError(
      `Cannot use --every=${every}ms: the least is ${LEAST_MS}ms`,
    );
  }
  if (format === "sqlite" && top !== undefined) {
    throw new UsageError(
      `Cannot use --top=${top} with --every and a database: rows that are among the first only for a while would stay; leave it out, and ask the database for the first`,
    );
  }
  if (!outlet) return;
  const cannot = (flag: string, why: string) =>
    new UsageError(
      `Cannot use ${flag} with --every and --output=${outlet.name}: ${why}`,
    );
  if (format !== "ndjson") {
    throw cannot(
      `--format=${format}`,
      "lines are appended there, which only NDJSON allows; leave it out, or name a file, which is replaced each time",
    );
  }
  if (sort !== undefined) {
    throw cannot(
      `--sort=${sort}`,
      "a line is appended there once its result is final, in that order; leave it out, or name a file, which is replaced each time",
    );
  }
  if (!Object.hasOwn(kind.fields, FINAL)) return;
  throw cannot(
    `a field "${FINAL}"`,
    `each line gets one of that name; give it another name in a schema file, as in { field: ${FINAL}, name: other }, or name a file for the results`,
  );
}
