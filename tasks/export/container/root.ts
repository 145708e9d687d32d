/**
 * The folder that an image is made of: all that a config runs lies in it.
 *
 * @module
 */

import { dirname, relative } from "node:path";
import type { Project } from "../project.ts";

/**
 * Returns the nearest folder that holds the config and its scripts.
 *
 * @param denoFolder The folder of the deno.json that is in force.
 */
export function imageRoot(
  { config, services }: Pick<Project, "config" | "services">,
  denoFolder: string | undefined,
): string {
  const wanted = [
    ...(denoFolder === undefined ? [] : [denoFolder]),
    ...[...services.values()].flat().flatMap(({ runs }) =>
      runs.kind === "script" ? [dirname(runs.script)] : []
    ),
  ];
  let root = config.folder;
  while (!wanted.every((path) => holds(root, path))) root = dirname(root);
  return root;
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
