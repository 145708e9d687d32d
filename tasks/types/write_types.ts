/**
 * Puts generated types into a folder.
 *
 * @module
 */

import { dirname, join } from "node:path";
import {
  ifThere,
  isThere,
  removeFolderIfEmpty,
} from "../../runtime/files/optional_file.ts";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { filesBelow, GENERATED } from "./generated_types.ts";

/** What has to be done for a folder to hold the types that it should. */
export interface TypeChanges {
  /** Texts by path. */
  written: ReadonlyMap<string, string>;
  /** Paths of what was generated once, and is not any more. */
  removed: readonly string[];
  /** How many files are as they should be. */
  same: number;
}

/** Compares types with what a folder holds. */
export async function compareTypes(
  folder: string,
  types: ReadonlyMap<string, string>,
): Promise<TypeChanges> {
  const there = new Map(
    await isThere(folder) ? await Array.fromAsync(filesBelow(folder)) : [],
  );
  const written = new Map(
    [...types].filter(([path, text]) => there.get(path) !== text),
  );
  const removed = [...there]
    .filter(([path, text]) => !types.has(path) && text.startsWith(GENERATED))
    .map(([path]) => path);
  return { written, removed, same: types.size - written.size };
}

/**
 * Writes what is to be written, each file whole, and then removes what is left
 * over.
 *
 * @throws {Failure} If a file cannot be written.
 */
export async function writeTypes(
  folder: string,
  { written, removed }: TypeChanges,
): Promise<void> {
  try {
    for (const [path, text] of written) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await replaceFile(join(folder, path), text);
    }
    for (const path of removed) {
      await ifThere(Deno.remove(join(folder, path)));
      for (let at = dirname(path); at !== "."; at = dirname(at)) {
        await removeFolderIfEmpty(join(folder, at));
      }
    }
  } catch (error) {
    throw new Failure(
      `Cannot write types into "${shortPath(folder)}": ${systemReason(error)}`,
      1,
      { cause: error },
    );
  }
}
