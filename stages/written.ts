/**
 * Says why the sink's files cannot be written.
 *
 * @module
 */

import { Fault } from "../proto/fault.ts";
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
    const message = error instanceof Error ? error.message : String(error);
    // "No space left on device (os error 28)": the system's words, our form.
    const reason = message.replace(/ \(os error \d+\).*/s, "");
    throw new Fault(
      "failed_precondition",
      `Cannot write "${output}" or "${rejects}": ${
        reason.charAt(0).toLowerCase()
      }${reason.slice(1)}`,
      { cause: error },
    );
  }
}
