/**
 * Puts the files of an export into a folder, and overwrites nothing that it has
 * not written itself: a list beside the files says what that was, and of what.
 *
 * @module
 */

import { dirname, join, relative, resolve } from "node:path";
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

/** The list of what was written: of what, to what, and the digest of each file. */
export const MANIFEST = ".denizen-export.json";

/** A path below the folder, and nothing that leads out of it. */
const PATH_BELOW = z.string().refine((path) =>
  path !== "" && !path.includes("\\") &&
  path.split("/").every((part) => !["", ".", ".."].includes(part))
);

const DIGESTS = z.record(PATH_BELOW, z.string());

/** Lists were once the digests alone, and said nothing of their export. */
const MANIFEST_SCHEMA = z.union([
  z.strictObject({
    target: z.string(),
    config: z.string(),
    files: DIGESTS,
  }),
  DIGESTS.transform((files) => ({ files, target: undefined, config: "" })),
]);

/** What is exported, and to what. */
export interface ExportSource {
  /** As on the command line. */
  target: string;
  /** The path of the config, absolute. */
  config: string;
}

/** What an export that is there says of itself. */
interface Manifest {
  source: ExportSource | undefined;
  digests: ReadonlyMap<string, string>;
}

/** What was done. */
export interface WrittenFiles {
  /** Paths of files that are new or different now. */
  written: string[];
  /** Paths of files of an earlier export that this one does not have. */
  removed: string[];
  /** The list of an earlier export, where it is damaged: then nothing is removed. */
  damaged: string | undefined;
}

/**
 * Writes the files, each of them whole or not at all.
 *
 * What is left of an earlier export is removed. Files that somebody has changed
 * since, or has put there, stay.
 *
 * @param folder Where; made if it is not there. An absolute path.
 * @param options `source`: of what the files are; `force`: overwrites what others
 * wrote, too, and takes the place of the export of something else.
 * @throws {Failure} If such a file is in the way, naming all of these, or if the
 * folder has the export of something else; then nothing was written.
 */
export async function writeFiles(
  folder: string,
  files: readonly ExportedFile[],
  { force, source }: { force: boolean; source: ExportSource },
): Promise<WrittenFiles> {
  const cannot = `Cannot export to "${shortPath(folder)}"`;
  return await withPathErrors(cannot, async () => {
    const list = await readManifest(folder);
    const before = list?.digests ?? new Map<string, string>();
    const other = list?.source;
    if (other && !isSame(other, source) && !force) {
      throw new Failure(
        `${cannot}: it holds an export of "${
          shortPath(other.config)
        }" to ${other.target}, whose files would go\nName another folder by --output, or replace that export by --force`,
      );
    }
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
    await writeManifest(folder, { source, digests });
    return {
      written: changed.map(({ path }) => path),
      removed,
      damaged: list ? undefined : join(folder, MANIFEST),
    };
  });
}

/** Returns what it lists; undefined where it is damaged. */
async function readManifest(folder: string): Promise<Manifest | undefined> {
  const text = await ifThere(Deno.readTextFile(join(folder, MANIFEST)));
  if (text === undefined) return { source: undefined, digests: new Map() };
  try {
    const { target, config, files } = MANIFEST_SCHEMA.parse(JSON.parse(text));
    return {
      source: target === undefined
        ? undefined
        : { target, config: resolve(folder, config) },
      digests: new Map(Object.entries(files)),
    };
  } catch (error) {
    // Damaged: then nothing counts as our own, and whoever wants that forces it.
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      return undefined;
    }
    throw error;
  }
}

function isSame(one: ExportSource, other: ExportSource): boolean {
  return one.target === other.target && one.config === other.config;
}

async function writeManifest(
  folder: string,
  { source, digests }: { source: ExportSource; digests: Manifest["digests"] },
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const list = {
    target: source.target,
    // From here, so that both may be moved together.
    config: relative(folder, source.config),
    files: Object.fromEntries(
      [...digests].toSorted(([one], [other]) => one < other ? -1 : 1),
    ),
  };
  await replaceFile(
    join(folder, MANIFEST),
    `${JSON.stringify(list, undefined, 2)}\n`,
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
