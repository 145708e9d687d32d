/**
 * Where the files of a script are its own: what lies there it may import as
 * text or data without being given a right to read.
 *
 * @module
 */

import { dirname, join, relative, sep } from "node:path";
import { isThereNow } from "../../runtime/files/optional_file.ts";
import {
  denoCache,
  LIBRARY_FOLDER,
  PROJECT,
} from "../../runtime/program/paths.ts";
import { STATE_FOLDER } from "../state_folder/place.ts";

/** Folders of one script, without links. */
export interface OwnPlaces {
  /** True when a file lies in one of them; links in its path are followed. */
  has(file: string): boolean;
  /** The widest one, for messages. */
  workspace: string;
}

/** What {@linkcode ownPlaces} goes by. */
export interface Surroundings {
  /** The folders of the files that list it. */
  folders: readonly string[];
  /** Where the supervisor keeps its files, which are nobody's to read. */
  stateDir: string;
  /** The user's home. @default {what HOME says} */
  home?: string | undefined;
  /** Where Deno keeps what it has fetched. @default {what variables say} */
  cache?: string | undefined;
}

/** Finds where the files of a script are its own. */
export function ownPlaces(
  script: string,
  { folders, stateDir, home = Deno.env.get("HOME"), cache = denoCache() }:
    Surroundings,
): OwnPlaces {
  const real = (path: string) => withoutLinks(path);
  const homeFolder = home ? real(home) : undefined;
  const workspace = workspaceOf(real(dirname(script)), homeFolder);
  const places = [
    workspace,
    ...[...folders, PROJECT].map(real),
    // Not the whole cache: what scripts have stored lies there, too.
    ...cache ? ["npm", "remote"].map((name) => real(join(cache, name))) : [],
  ].filter((place) => place !== sep);
  const state = real(stateDir);
  /** True of what supervisors keep, and in the user's home of what is hidden. */
  const isHidden = (place: string, file: string) => {
    const isHome = homeFolder !== undefined && isWithin(place, homeFolder);
    return relative(place, file).split(sep).some((part) =>
      part === STATE_FOLDER || isHome && part.startsWith(".")
    );
  };
  return {
    workspace,
    has(file) {
      const path = real(file);
      // What it imports as `denizen` lies beside what supervisors keep.
      if (places.some((each) => isWithin(join(each, LIBRARY_FOLDER), path))) {
        return true;
      }
      return !isWithin(state, path) &&
        places.some((place) => isWithin(place, path) && !isHidden(place, path));
    },
  };
}

/** What says that a folder is the root of a script's own project. */
const PROJECT_FILES = ["deno.json", "deno.jsonc", "package.json"];

/**
 * Finds the folder of a script's project: the nearest with a deno.json or a
 * package.json, or what that is a part of, a workspace or a repository. It lies
 * below the user's home, or elsewhere.
 *
 * @returns The script's own folder, if there is none.
 */
function workspaceOf(from: string, home: string | undefined): string {
  let found: string | undefined;
  let isRepository = false;
  for (const folder of foldersUp(from)) {
    if (home !== undefined && isWithin(folder, home)) break;
    const files = PROJECT_FILES.map((name) => join(folder, name))
      .filter((path) => isThereNow(path, { unknown: false }));
    const isNearest = found === undefined && files.length > 0;
    if (isNearest || files.some(hasMembers)) found = folder;
    if (!isRepository && isThereNow(join(folder, ".git"), { unknown: false })) {
      isRepository = true;
      found = folder;
    }
  }
  return found ?? from;
}

/** True of a deno.json or package.json that has a workspace's members. */
function hasMembers(file: string): boolean {
  try {
    return /"workspaces?"\s*:/.test(Deno.readTextFileSync(file));
  } catch {
    return false; // Deno cannot read it either, and says so
  }
}

/** Lists a folder and those above it, except the topmost. */
export function foldersUp(folder: string): string[] {
  const folders: string[] = [];
  for (let next = folder; dirname(next) !== next; next = dirname(next)) {
    folders.push(next);
  }
  return folders;
}

/** True when a path is a folder or leads into it; neither has links. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder ||
    path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** Follows the links of a path, as far as it is there. */
export function withoutLinks(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const above = dirname(path);
    return above === path
      ? path
      : join(withoutLinks(above), relative(above, path));
  }
}
