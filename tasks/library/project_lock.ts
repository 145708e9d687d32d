/**
 * Adds the packages of the library to the deno.lock of a project, so that Deno
 * finds their versions there and looks nothing up.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { denoJsonsAbove, importsOf, readDenoJson } from "./deno_json.ts";
import { type Lock, mergedLock } from "./library_config.ts";
import type { MappedLibrary } from "./mapped_library.ts";

/** Adds what a project's lock file lacks, if it has one or may have one. */
export async function addToLock(
  mapped: MappedLibrary,
  ours: Lock,
): Promise<void> {
  const found = await lockOf(mapped);
  if (found === undefined) return;
  const { path, isMembers } = found;
  const { imports } = await importsOf(mapped.denoJson, mapped.config);
  const named = isMembers
    ? [] // the root of a workspace lists its members' apart
    : Object.values(imports).filter((target) => target.startsWith("npm:"));
  const text = mergedLock(
    await ifThere(Deno.readTextFile(path)),
    ours,
    [...new Set(named)],
  );
  if (text !== undefined) await replaceFile(path, text);
}

/** Where Deno keeps the versions of a project; undefined where it does not. */
async function lockOf(
  { project, config }: MappedLibrary,
): Promise<{ path: string; isMembers: boolean } | undefined> {
  let folder = project;
  let { lock } = config;
  // The root of a workspace has it.
  for (const found of denoJsonsAbove(dirname(project))) {
    if (!/"workspace"/.test(found.text)) continue;
    const root = await readDenoJson(found);
    if (root.workspace === undefined) continue;
    folder = dirname(found.path);
    lock = root.lock;
  }
  if (lock === false) return undefined;
  const isMembers = folder !== project;
  const named = typeof lock === "object" && lock !== null && "path" in lock
    ? lock.path
    : lock;
  const name = typeof named === "string" ? named : "deno.lock";
  return { path: resolve(folder, name), isMembers };
}
