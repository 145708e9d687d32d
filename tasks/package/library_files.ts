/**
 * The part of the program that authors of services and stages import: what
 * `denizen`, `denizen/broker` and `denizen/stage` stand on.
 *
 * @module
 */

import { filesOf } from "./files.ts";

const PARTS = [
  "LICENSE",
  "broker",
  "config.schema.json",
  "deno.json",
  "deno.lock",
  "events.schema.json",
  "mod.ts",
  "proto",
  "runtime",
  "stages",
  "stages.schema.json",
  "vendor/std",
];

/** Lists the files of the library, as paths below the project's folder. */
export async function libraryFiles(): Promise<string[]> {
  return await filesOf(PARTS);
}
