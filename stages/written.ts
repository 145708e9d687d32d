/**
 * Says why the sink's files cannot be written.
 *
 * @module
 */

import { systemReason } from "../runtime/files/system_reason.ts";
import { Fault } from "../runtime/program/errors.ts";
import type { SinkPaths } from "./sink.ts";

/**
 * Waits for something that the sink does.
 *
 * @throws {Fault} If it cannot be done, for example as the disk is full: the
 * user can do something about it.
 */
export async function written<T>(
  { output, rejects }: SinkPaths,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      "failed_precondition",
      `Cannot write "${output}" or "${rejects}": ${systemReason(error)}`,
      { cause: error },
    );
  }
}
