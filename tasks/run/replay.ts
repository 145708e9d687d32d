/**
 * A run over the rejects of an earlier run.
 *
 * @module
 */

import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { findInput } from "./find_inputs.ts";
import { readRejectRecords } from "../../stages/events/reject_records.ts";

/**
 * Finds the file that is to be replayed: its first record is a reject.
 *
 * @param names What the flags name.
 * @returns Its path without links; undefined where none is named.
 * @throws {UsageError} If it cannot be replayed, or there are several.
 */
export async function findReplay(
  [name, ...others]: readonly string[],
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  if (others.length > 0) {
    throw new UsageError(
      "Cannot replay two files at once: run each by itself, or put them into one by cat",
    );
  }
  const path = await findInput(name);
  await checkReplay(path);
  return path;
}

async function checkReplay(path: string): Promise<void> {
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
