/**
 * Keeps the copy of the library that a project's scripts import: it is not in
 * the project's repository, and it is as old as what runs its services.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { isThere } from "../../runtime/files/optional_file.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { shortPath, userPath } from "../../runtime/program/paths.ts";
import { DOORS } from "../../runtime/program/library_names.ts";
import { findMappedLibrary, type MappedLibrary } from "./mapped_library.ts";

/** What has become of a copy. */
export type Kept =
  /** It was there, and is what it should be. */
  | { status: "kept"; mapped: MappedLibrary; version: string }
  | { status: "made" | "renewed"; mapped: MappedLibrary; version: string }
  /** It is of a later release than this program, and was left as it is. */
  | { status: "newer"; mapped: MappedLibrary; version: string; own: string };

/** Options for {@linkcode keepLibrary}. */
export interface KeepOptions {
  /** Looks at each of its files, and not only at what it was made of. */
  whole?: boolean;
}

/**
 * Makes the copy that the nearest deno.json maps `denizen` to, unless it is
 * there and of this version. Where no deno.json does, there is nothing to keep.
 *
 * A project without a deno.lock gets one, and one that lacks the packages of the
 * library gets these: with it nothing has to be looked up when a script starts.
 *
 * @param folder Where to begin to look for a deno.json; an absolute path.
 * @returns Undefined where there is nothing to keep.
 * @throws {Failure} If it cannot be made.
 */
export async function keepLibrary(
  folder: string,
  { whole = false }: KeepOptions = {},
): Promise<Kept | undefined> {
  const mapped = await findMappedLibrary(folder);
  if (!mapped) return undefined;
  const { library } = mapped;
  const { isLater, ownMark, readMark } = await import("./library_mark.ts");
  const [own, there] = await Promise.all([ownMark(), readMark(library)]);
  const { version } = own;
  if (there && isLater(there.version, version)) {
    return { status: "newer", mapped, version: there.version, own: version };
  }
  const isOwn = there?.source === own.source;
  if (isOwn && !whole && await hasMostOf(library)) {
    return { status: "kept", mapped, version };
  }
  const { isWhole, makeLibrary } = await import("./make_library.ts");
  if (isOwn && await isWhole(library)) {
    return { status: "kept", mapped, version };
  }
  const { addToLock } = await import("./project_lock.ts");
  await addToLock(mapped, await makeLibrary(library, own, { anew: isOwn }));
  return { status: there ? "renewed" : "made", mapped, version };
}

/** True unless a door or a whole folder is gone; looked at before each command. */
async function hasMostOf(library: string): Promise<boolean> {
  const found = await Promise.all(
    [...Object.values(DOORS), "runtime/program", "runtime/rpc", "proto"]
      .map((path) => isThere(join(library, path), { unknown: true })),
  );
  return found.every(Boolean);
}

/** Those that see to the copy themselves, or have nothing to do with it. */
const WITHOUT = ["install", "init", "doctor", "completions", "mcp"];

/**
 * Does so before a command, for the folder of its config or the user's, and says
 * a line where something was done. What cannot be done is said, too, and is no
 * reason not to run the command.
 *
 * @param argv The arguments of the command.
 */
export async function keepLibraryBefore(
  command: string,
  argv: readonly string[],
): Promise<void> {
  if (WITHOUT.includes(command)) return;
  try {
    const kept = await keepLibrary(folderOf(argv));
    if (kept && kept.status !== "kept") log(describeKept(kept));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log(error.message);
  }
}

/** Where the config of a command lies, or else the user is. */
function folderOf(argv: readonly string[]): string {
  const at = argv.findIndex((word) => /^--config(=|$)/.test(word));
  const config = at === -1
    ? undefined
    : argv[at]!.slice("--config=".length) || argv[at + 1];
  return config ? dirname(userPath(config)) : userPath(".");
}

/** Says in a line what has become of a copy. */
export function describeKept(kept: Kept): string {
  const { status, mapped, version } = kept;
  const path = shortPath(mapped.library);
  switch (status) {
    case "newer":
      return `Left "${path}" as it is: it is of Denizen ${version}, and this is ${kept.own}; use ${version}, or remove the folder to go back`;
    case "kept":
      return `"${path}" is that of Denizen ${version}`;
    case "made":
      return `Made "${path}": there scripts find "denizen" ${version}`;
    case "renewed":
      return `Renewed "${path}": there scripts find "denizen" ${version} from now on`;
  }
}
