/**
 * Keeps a file of the state folder as what it stands for changes.
 *
 * @module
 */

import { systemReason } from "../../runtime/files/system_reason.ts";
import { writePrivateFile } from "../../runtime/files/private_file.ts";

/** Writes one file, again and again. */
export interface JsonSaver {
  /** Has it written as it is by now; several changes are written at once. */
  changed(): void;
  /** Resolves once what has changed so far is written, or cannot be. */
  saved(): Promise<void>;
}

/**
 * Makes what writes a file.
 *
 * @param contentOf Returns what it is to hold, as of now.
 * @param onFailure Told why it cannot be written, once for each reason.
 */
export function createJsonSaver(
  path: string,
  contentOf: () => unknown,
  onFailure: (reason: string) => void = () => {},
): JsonSaver {
  let saving: Promise<void> | undefined;
  let stale = false;
  let failure = "";
  const fail = (error: unknown) => {
    // The folder may have been removed under us: its keeper makes it anew.
    if (error instanceof Deno.errors.NotFound) return;
    const reason = systemReason(error);
    if (reason !== failure) onFailure(reason);
    failure = reason;
  };
  const save = async () => {
    try {
      while (stale) {
        stale = false;
        await writePrivateFile(path, JSON.stringify(contentOf()));
        failure = "";
      }
    } catch (error) {
      fail(error);
    } finally {
      saving = undefined;
    }
  };
  return {
    changed() {
      stale = true;
      saving ??= save();
    },
    async saved() {
      await saving;
    },
  };
}
