/**
 * What a copy of the library was made of: a small file in it says so, which is
 * written last, so that a copy with it is whole.
 *
 * @module
 */

import { join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { DIGEST_FILE } from "../package/npm/digest_file.mjs";

/** The file, in the folder of the copy. */
export const MARK_FILE = "made-of.json";

/** What it says. */
export interface Mark {
  /** The version of Denizen. */
  version: string;
  /** Other files, another source. */
  source: string;
}

/**
 * Returns what a copy that is made now would be made of. Of a checkout its files
 * are looked at, since they change; what is installed stays what it is, and is
 * the same wherever a user's cache lies.
 *
 * @param program The folder of the program.
 */
export async function ownMark(program: string = PROJECT): Promise<Mark> {
  const text = await Deno.readTextFile(join(program, "deno.json"));
  const { version, links } = JSON.parse(text);
  // Only a checkout links the vendored packages.
  const made = links === undefined
    ? [await ifThere(Deno.readTextFile(join(program, DIGEST_FILE))) ?? program]
    : [program, ...await stampsOfFiles()];
  const bytes = new TextEncoder().encode([text, ...made].join("\0"));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return { version, source: new Uint8Array(digest).toHex() };
}

async function stampsOfFiles(): Promise<string[]> {
  const { libraryFiles } = await import("../package/library_files.ts");
  return await Promise.all((await libraryFiles()).map(async (file) => {
    const { size, mtime } = await Deno.stat(join(PROJECT, file));
    return `${file} ${size} ${mtime?.getTime()}`;
  }));
}

/**
 * Reads that of a copy; undefined where there is none that is whole. A link to
 * one is none: through it, Deno wants rights for contracts imported as text.
 */
export async function readMark(library: string): Promise<Mark | undefined> {
  try {
    if ((await Deno.lstat(library)).isSymlink) return undefined;
    const text = await Deno.readTextFile(join(library, MARK_FILE));
    const { version, source } = JSON.parse(text);
    return { version: String(version), source: String(source) };
  } catch {
    return undefined; // what stands in the way, whoever makes one says
  }
}

/** True where the first is of a later release than the second. */
export function isLater(version: string, than: string): boolean {
  const [a, b] = [version, than].map((each) =>
    each.split(/[-+]/)[0]!.split(".").map(Number)
  );
  for (const [at, number] of a!.entries()) {
    const other = b![at] ?? 0;
    if (number !== other) return number > other;
  }
  return false;
}
