/**
 * Keeps a file of the state folder as what it stands for changes.
 *
 * @module
 */

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
 */
export function createJsonSaver(
  path: string,
  contentOf: () => unknown,
): JsonSaver {
  let saving: Promise<void> | undefined;
  let stale = false;
  const save = async () => {
    while (stale) {
      stale = false;
      await writePrivateFile(path, JSON.stringify(contentOf()));
    }
    saving = undefined;
  };
  return {
    changed() {
      stale = true;
      // The folder may have been removed under us: its keeper makes it anew.
      saving ??= save().catch(() => saving = undefined);
    },
    async saved() {
      await saving;
    },
  };
}
