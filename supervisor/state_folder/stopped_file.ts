/**
 * The names of services and replicas that somebody has stopped by hand, from one
 * supervisor to the next.
 *
 * @module
 */

import { join } from "node:path";
import * as z from "zod";
import { log } from "../../runtime/program/log.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { readJson } from "./json_file.ts";
import { createJsonSaver } from "./json_saver.ts";

/** The names, as far as they are kept. */
export interface StoppedFile extends AsyncDisposable {
  /** Those that the supervisor before has left. */
  readonly found: readonly string[];
  /** Keeps these, and no others. */
  keep(names: readonly string[]): void;
  /** Resolves once they are written, or cannot be. */
  saved(): Promise<void>;
  /** Writes the file again, where it is gone. */
  renew(): void;
}

const FILE = "stopped.json";

const NAMES = z.array(z.string());

/**
 * Reads the names; disposing waits until all is written.
 *
 * @param onFailure Told why they cannot be written.
 */
export async function openStoppedFile(
  stateDir: string,
  onFailure?: (reason: string) => void,
): Promise<StoppedFile> {
  const path = join(stateDir, FILE);
  const read = await readJson(path, NAMES);
  if (read.status === "damaged") {
    log(
      `Cannot use "${
        shortPath(path)
      }": it is damaged, so it cannot be known what was stopped by hand`,
    );
  }
  const found = read.status === "read" ? read.value : [];
  let kept: readonly string[] = found;
  const saver = createJsonSaver(path, () => kept, onFailure);
  return {
    found,
    keep(names) {
      kept = names;
      saver.changed();
    },
    saved: saver.saved,
    renew: saver.changed,
    [Symbol.asyncDispose]: saver.saved,
  };
}
