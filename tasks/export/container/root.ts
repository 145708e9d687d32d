/**
 * The folder that an image is made of: all that a config runs lies in it.
 *
 * @module
 */

import { dirname, relative } from "node:path";
import type { Project } from "../project.ts";

/** The folder of an image, and what lies nearest to its top. */
export interface ImageRoot {
  root: string;
  /** What the config's own folder does not hold; undefined where it holds all. */
  because: string | undefined;
}

/**
 * Finds the nearest folder that holds the config and its scripts.
 *
 * @param denoFile The deno.json that is in force.
 */
export function imageRoot(
  { config, services }: Pick<Project, "config" | "services">,
  denoFile: string | undefined,
): ImageRoot {
  const wanted = [
    ...(denoFile === undefined ? [] : [denoFile]),
    ...[...services.values()].flat().flatMap(({ runs }) =>
      runs.kind === "script" ? [runs.script] : []
    ),
  ];
  let root = config.folder;
  let because: string | undefined;
  for (;;) {
    const outside = wanted.find((path) => !holds(root, dirname(path)));
    if (outside === undefined) return { root, because };
    because = outside;
    root = dirname(root);
  }
}

/**
 * Returns how a file of an export names another: from its own folder, where both
 * lie in the project, so that this may be moved.
 */
export function pathFrom(
  folder: string,
  path: string,
  root: string,
): string {
  return holds(root, path) && holds(root, folder)
    ? relative(folder, path)
    : path;
}

/** True for the folder itself, and for what is below it. */
export function holds(folder: string, path: string): boolean {
  const from = relative(folder, path);
  return from !== ".." && !from.startsWith("../");
}
