/**
 * What of the file system an image depends on: where the modules of a project are
 * described, and where the export goes.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { nearestFile } from "../../../runtime/files/nearest_file.ts";
import { isThereNow } from "../../../runtime/files/optional_file.ts";
import { UsageError } from "../../../runtime/program/errors.ts";
import { shortPath, userPath } from "../../../runtime/program/paths.ts";
import type { Project } from "../project.ts";
import type { ImageSource } from "./image.ts";
import { imageRoot } from "./root.ts";

const DENO_JSONS = ["deno.json", "deno.jsonc"];

/**
 * Looks it up.
 *
 * @param output What the command line says; undefined where it says nothing, and
 * "-" where nothing is written.
 * @throws {UsageError} If there is no folder for an image to be made of.
 */
export function imageSource(
  project: Pick<Project, "config" | "services">,
  target: string,
  output: string | undefined,
): ImageSource {
  const { folder, path } = project.config;
  const denoFolder = DENO_JSONS
    .map((name) =>
      nearestFile(name, { from: folder, upTo: "/", owner: "user" })
    )
    .find((file) => isThereNow(file));
  const root = imageRoot(project, denoFolder && dirname(denoFolder));
  if (root === "/") {
    throw new UsageError(
      `Cannot export "${
        shortPath(path)
      }": an image is made of one folder, and its scripts lie in several; put them below that of the config`,
    );
  }
  return {
    root,
    denoFolder: denoFolder && dirname(denoFolder),
    isLocked: denoFolder !== undefined &&
      isThereNow(join(dirname(denoFolder), "deno.lock")),
    output: userPath(
      output === undefined || output === "-" ? join("export", target) : output,
    ),
  };
}
