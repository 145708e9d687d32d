/**
 * Makes few entries out of many paths: several things in one folder become the
 * folder.
 *
 * @module
 */

import { dirname } from "node:path";

/** Things in one folder from which on the folder is granted. */
const MANY = 3;

/**
 * Returns paths that cover all of `paths`, sorted.
 *
 * @param paths Absolute paths.
 * @param isWide True for a folder that is too much to grant for the sake of
 * what lies in it.
 */
export function foldPaths(
  paths: Iterable<string>,
  isWide: (folder: string) => boolean,
): string[] {
  let folded = withoutCovered(new Set(paths));
  // From the deepest folder up, so that what was folded counts as one thing.
  const folders = [...new Set(folded.flatMap(foldersAbove))]
    .filter((folder) => !isWide(folder))
    .sort((a, b) => b.length - a.length);
  for (const folder of folders) {
    const things = new Set(
      folded.filter((path) => isIn(folder, path))
        .map((path) => path.slice(folder.length + 1).split("/")[0]),
    );
    if (things.size >= MANY) {
      folded = withoutCovered(new Set([...folded, folder]));
    }
  }
  return folded.toSorted();
}

/** True if `path` is the folder or lies in it. */
export function covers(folder: string, path: string): boolean {
  return folder === path || isIn(folder, path);
}

function isIn(folder: string, path: string): boolean {
  return path.startsWith(folder === "/" ? "/" : `${folder}/`) &&
    path !== folder;
}

function withoutCovered(paths: ReadonlySet<string>): string[] {
  return [...paths].filter((path) =>
    !foldersAbove(path).some((folder) => paths.has(folder))
  );
}

/** Returns the folders that a path lies in, the nearest first. */
function foldersAbove(path: string): string[] {
  const above: string[] = [];
  for (let at = dirname(path); at !== above.at(-1); at = dirname(at)) {
    if (at === path) break;
    above.push(at);
  }
  return above;
}
