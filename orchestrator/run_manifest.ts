/**
 * `run.json`: which run a state folder belongs to, and what must be the same
 * for that run to go on.
 *
 * @module
 */

import { join } from "node:path";
import { PRIVATE_FILE } from "../runtime/files/own_folder.ts";
import { replaceFile } from "../runtime/files/replace_file.ts";
import { systemReason } from "../runtime/files/system_reason.ts";
import { Failure } from "../runtime/program/errors.ts";
import { shortPath } from "../runtime/program/paths.ts";
import type { InputFacts } from "../stages/ingest/input_facts.ts";

/** What `run.json` holds. */
export interface Manifest {
  version: 2;
  run: string;
  /** What must be the same for the run to go on, by the flag that says it. */
  settings: Record<string, string>;
  /** What each input was, in order. */
  inputs: InputFacts[];
  /** True if we have made the folder. @default {false} */
  madeFolder?: boolean | undefined;
}

/** The name of the file. */
export const MANIFEST = "run.json";
/** The name it has while it is written. */
export const MANIFEST_PARTIAL = "run.json.partial";

/**
 * Reads the manifest of a folder; undefined where there is none.
 *
 * @throws {Failure} If it cannot be read, or is none.
 */
export async function readManifest(
  folder: string,
): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new Failure(
      `Cannot read "${shortPath(path)}": ${systemReason(error)}`,
      1,
      { cause: error },
    );
  }
  const { asManifest } = await import("./manifest_schema.ts");
  const manifest = asManifest(parsed(text));
  if (manifest) return manifest;
  throw new Failure(
    `Cannot read "${
      shortPath(path)
    }": it is damaged, or not of a run; give another folder by --state`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @throws {Failure} If it cannot be written; the one before it stays. */
export async function writeManifest(
  folder: string,
  manifest: Manifest,
): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  try {
    await replaceFile(join(folder, MANIFEST), text, {
      durable: true,
      mode: PRIVATE_FILE,
      partial: join(folder, MANIFEST_PARTIAL),
    });
  } catch (error) {
    throw cannotKeep(folder, error);
  }
}

/** Says that the state of a run cannot be written. */
export function cannotKeep(folder: string, error: unknown): Failure {
  return new Failure(
    `Cannot keep the run in "${shortPath(folder)}": ${systemReason(error)}`,
    1,
    { cause: error },
  );
}
