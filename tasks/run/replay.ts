/**
 * A run over the rejects of an earlier run.
 *
 * @module
 */

import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { readRejectRecords } from "../../stages/events/reject_records.ts";

/** Where a replay writes unless it is told: never over what it adds to. */
export const REPLAY_FILES = {
  output: "replayed.ndjson",
  rejects: "replayed-rejects.ndjson",
};

/**
 * Checks that a file can be replayed: that its first record is a reject.
 *
 * @param path As `findInput()` has found it.
 * @throws {UsageError} If not.
 */
export async function checkReplay(path: string): Promise<void> {
  const cannot = `Cannot replay "${path}"`;
  await withPathErrors(cannot, async () => {
    if (path === "-" || !(await Deno.stat(path)).isFile) {
      throw new UsageError(
        `${cannot}: it is no file, and is read more than once; put it into one`,
      );
    }
    using file = await Deno.open(path);
    try {
      await readRejectRecords((buffer) => file.read(buffer), path).next();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new UsageError(error.message, { cause: error });
    }
  });
}
