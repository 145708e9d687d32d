/**
 * Finds where a project of somebody's keeps what its scripts import as
 * `denizen`: its deno.json says so.
 *
 * @module
 */

import { dirname, resolve, sep } from "node:path";
import { strangerOf, trustedBelow } from "../../runtime/files/own_folder.ts";
import { DOORS } from "../../runtime/program/library_names.ts";
import { LIBRARY_FOLDER } from "../../runtime/program/paths.ts";
import {
  type DenoJson,
  denoJsonsAbove,
  type FoundDenoJson,
  importsOf,
  readDenoJson,
} from "./deno_json.ts";

/** A project that imports the library from a copy of its own. */
export interface MappedLibrary {
  /** The deno.json that maps it. */
  denoJson: FoundDenoJson;
  /** What that says. */
  config: DenoJson;
  /** The folder of the project. */
  project: string;
  /** Where the copy is, or is to be; an absolute path. */
  library: string;
  /** What the project imports by name, of {@linkcode DOORS}. */
  doors: string[];
}

/**
 * Finds the nearest deno.json, from a folder upwards, that maps `denizen` to a
 * copy of the library.
 *
 * @param folder An absolute path.
 * @returns Undefined where none does: nothing is to be kept then.
 * @throws {Failure} If a deno.json that seems to do so cannot be read.
 */
export async function findMappedLibrary(
  folder: string,
): Promise<MappedLibrary | undefined> {
  for (const found of denoJsonsAbove(folder)) {
    // Most do not, which is seen without reading them as JSON.
    if (!/\.denizen\/lib|"importMap"/.test(found.text)) continue;
    const config = await readDenoJson(found);
    const { imports, path } = await importsOf(found, config);
    const project = dirname(found.path);
    const library = resolve(project, LIBRARY_FOLDER);
    const doors = Object.keys(DOORS).filter((door) =>
      typeof imports[door] === "string" &&
      resolve(dirname(path), imports[door]) ===
        library + sep + DOORS[door]!.replaceAll("/", sep)
    );
    if (doors.length > 0 && await isOurs(found.path)) {
      return { denoJson: found, config, project, library, doors };
    }
  }
  return undefined;
}

/** False of what another user has put above our folders. */
async function isOurs(path: string): Promise<boolean> {
  const owners = await trustedBelow(dirname(path));
  return strangerOf(await Deno.stat(path), owners) === undefined;
}
