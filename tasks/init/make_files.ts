/**
 * Makes files that nobody has had before.
 *
 * @module
 */

import { dirname, join, relative } from "node:path";
import {
  ifThere,
  removeFolderIfEmpty,
} from "../../runtime/files/optional_file.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import type { StarterFile } from "./templates.ts";

/**
 * Makes all of some files, or none.
 *
 * @param folder Where; made if it is not there. An absolute path.
 * @throws {UsageError} If one of them is there, naming all of these, or if the
 * folder cannot be used.
 */
export async function makeFiles(
  folder: string,
  files: readonly StarterFile[],
): Promise<void> {
  const cannot = `Cannot begin a project in "${shortPath(folder)}"`;
  await withPathErrors(cannot, async () => {
    const inTheWay = await findInTheWay(folder, files);
    if (inTheWay.includes("")) {
      throw new UsageError(`${cannot}: it is a file; name a folder`);
    }
    if (inTheWay.length > 0) {
      throw new UsageError(
        `${cannot}: nothing is overwritten, and these are there:\n${
          inTheWay.map((path) => `  ${path}`).join("\n")
        }\nName another folder, or move them away`,
      );
    }
    await makeAll(folder, files);
  });
}

/** Lists what is where a file or a folder would be; "" is the folder itself. */
async function findInTheWay(
  folder: string,
  files: readonly StarterFile[],
): Promise<string[]> {
  const found = new Set<string>();
  for (const { path } of files) {
    if (await ifThere(entryAt(join(folder, path)))) found.add(path);
    for (
      let above = dirname(join(folder, path));
      above.startsWith(folder);
      above = dirname(above)
    ) {
      // A link counts as what it leads to; one that leads nowhere is in the way.
      const isLink = (await ifThere(entryAt(above)))?.isSymlink;
      const entry = isLink
        ? await ifThere(Deno.stat(above)) ?? { isDirectory: false }
        : await ifThere(entryAt(above));
      if (entry && !entry.isDirectory) found.add(relative(folder, above));
    }
  }
  return [...found].toSorted();
}

/** @throws {Deno.errors.NotFound} Also where part of the path is a file. */
async function entryAt(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotADirectory)) throw error;
    throw new Deno.errors.NotFound(error.message, { cause: error });
  }
}

/** Takes back what it has made if it cannot make all. */
async function makeAll(
  folder: string,
  files: readonly StarterFile[],
): Promise<void> {
  const made: string[] = [];
  const folders: string[] = [];
  try {
    for (const { path, text } of files) {
      const file = join(folder, path);
      folders.push(...await makeFolder(dirname(file)));
      // Somebody may have made it since.
      await Deno.writeTextFile(file, text, { createNew: true });
      made.push(file);
    }
  } catch (error) {
    for (const file of made) await ifThere(Deno.remove(file));
    for (const each of folders.toReversed()) await removeFolderIfEmpty(each);
    throw error;
  }
}

/** Makes a folder with those above it. Returns those that were made. */
async function makeFolder(folder: string): Promise<string[]> {
  if (await ifThere(Deno.stat(folder))) return [];
  const above = await makeFolder(dirname(folder));
  await Deno.mkdir(folder);
  return [...above, folder];
}
