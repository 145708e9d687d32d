/**
 * Puts the files of an export into a folder, and overwrites nothing that it has
 * not written itself: a list beside the files says what that was.
 *
 * @module
 */

import { dirname, join } from "node:path";
import * as z from "zod";
import {
  ifThere,
  removeFolderIfEmpty,
  removeIfThere,
} from "../../runtime/files/optional_file.ts";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import type { ExportedFile } from "./target.ts";

/** The list of what was written, with the digest of each file. */
export const MANIFEST = ".denizen-export.json";

const MANIFEST_SCHEMA = z.record(z.string(), z.string());

/** What was done. */
export interface WrittenFiles {
  /** Paths of files that are new or different now. */
  written: string[];
  /** Paths of files of an earlier export that this one does not have. */
  removed: string[];
}

/**
 * Writes the files, each of them whole or not at all.
 *
 * What is left of an earlier export is removed. Files that somebody has changed
 * since, or has put there, stay.
 *
 * @param folder Where; made if it is not there. An absolute path.
 * @param options `force`: overwrites what others wrote, too.
 * @throws {Failure} If such a file is in the way, naming all of these; then
 * nothing was written.
 */
export async function writeFiles(
  folder: string,
  files: readonly ExportedFile[],
  { force }: { force: boolean },
): Promise<WrittenFiles> {
  const cannot = `Cannot export to "${shortPath(folder)}"`;
  return await withPathErrors(cannot, async () => {
    const before = await readManifest(folder);
    const digests = new Map<string, string>();
    const changed: ExportedFile[] = [];
    const inTheWay: string[] = [];
    for (const file of files) {
      const digest = await digestOf(file.content);
      digests.set(file.path, digest);
      const there = await digestAt(join(folder, file.path));
      const isOurs = there === undefined || there === digest ||
        there === before.get(file.path);
      if (!isOurs) inTheWay.push(file.path);
      if (there !== digest || file.mode !== undefined) changed.push(file);
    }
    if (inTheWay.length > 0 && !force) {
      throw new Failure(
        `${cannot}: these files were written or changed by somebody else:\n${
          inTheWay.map((path) => `  ${path}`).join("\n")
        }\nName another folder by --output, or overwrite them by --force`,
      );
    }
    for (const { path, content, mode = 0o644 } of changed) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await replaceFile(join(folder, path), content, { mode });
    }
    const removed: string[] = [];
    for (const [path, digest] of before) {
      if (digests.has(path)) continue;
      if (await digestAt(join(folder, path)) !== digest) continue;
      await removeIfThere(join(folder, path));
      removed.push(path);
      for (let at = dirname(path); at !== "."; at = dirname(at)) {
        await removeFolderIfEmpty(join(folder, at));
      }
    }
    // Last: what is as this export has it counts as our own without the list.
    await writeManifest(folder, digests);
    return { written: changed.map(({ path }) => path), removed };
  });
}

async function readManifest(folder: string): Promise<Map<string, string>> {
  const text = await ifThere(Deno.readTextFile(join(folder, MANIFEST)));
  if (text === undefined) return new Map();
  try {
    return new Map(Object.entries(MANIFEST_SCHEMA.parse(JSON.parse(text))));
  } catch (error) {
    // Damaged: then nothing counts as our own, and whoever wants that forces it.
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      return new Map();
    }
    throw error;
  }
}

async function writeManifest(
  folder: string,
  digests: ReadonlyMap<string, string>,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const sorted = Object.fromEntries(
    [...digests].toSorted(([one], [other]) => one < other ? -1 : 1),
  );
  await replaceFile(
    join(folder, MANIFEST),
    `${JSON.stringify(sorted, undefined, 2)}\n`,
  );
}

async function digestAt(path: string): Promise<string | undefined> {
  const text = await ifThere(Deno.readFile(path));
  return text && await digestOf(text);
}

async function digestOf(content: string | Uint8Array<ArrayBuffer>) {
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}
