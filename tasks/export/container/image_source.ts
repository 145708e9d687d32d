/**
 * What of the file system an image depends on: where the modules of a project are
 * described, and where the export goes.
 *
 * @module
 */

import { homedir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { nearestFile } from "../../../runtime/files/nearest_file.ts";
import { isThereNow } from "../../../runtime/files/optional_file.ts";
import { UsageError } from "../../../runtime/program/errors.ts";
import {
  shortPath,
  temporaryFolder,
  userPath,
} from "../../../runtime/program/paths.ts";
import type { Project } from "../project.ts";
import type { ImageSource } from "./image.ts";
import { imageRoot } from "./root.ts";

const DENO_JSONS = ["deno.json", "deno.jsonc"];

/** What the folder of a project has at its top. */
const OF_A_PROJECT = [...DENO_JSONS, "package.json", ".git"];

/** Where anybody may put anything. */
const SHARED_FOLDERS = ["/tmp", "/var/tmp"];

/**
 * Looks it up.
 *
 * @param output What the command line says; undefined where it says nothing, and
 * "-" where nothing is written.
 * @param homes Folders of a person, which nobody wants in an image. @default
 * {those of whoever runs this}
 * @throws {UsageError} If there is no folder for an image to be made of.
 */
export function imageSource(
  project: Pick<Project, "config" | "services">,
  target: string,
  output: string | undefined,
  homes: readonly string[] = homeFolders(),
): ImageSource {
  const { folder, path } = project.config;
  const denoFile = DENO_JSONS
    .map((name) =>
      nearestFile(name, { from: folder, upTo: "/", owner: "user" })
    )
    .find((file) => isThereNow(file));
  const denoFolder = denoFile && dirname(denoFile);
  const { root, because } = imageRoot(project, denoFile);
  const problem = rootProblem(root, folder, homes);
  if (problem !== undefined) {
    throw new UsageError(
      `Cannot export "${
        shortPath(path)
      }": its image would be made of "${root}" with all that is in it, since ${
        because ? `"${shortPath(because)}"` : "the config"
      } lies there, and ${problem}; put the config, its scripts and its deno.json into a folder of their own`,
    );
  }
  return {
    root,
    denoFolder,
    includeEnvFiles: [...project.config.texts.keys()]
      .filter((file) => file !== path && !/\.(?:ya?ml|json)$/i.test(file)),
    isLocked: denoFolder !== undefined &&
      isThereNow(join(denoFolder, "deno.lock")),
    output: userPath(
      output === undefined || output === "-" ? join("export", target) : output,
    ),
  };
}

/** Returns why no image should be made of a folder; undefined where it may be. */
function rootProblem(
  root: string,
  configFolder: string,
  homes: readonly string[],
): string | undefined {
  const is = (folder: string) =>
    withoutLinks(folder) === withoutLinks(root) || folder === root;
  if (root === "/") return "that is the whole file system";
  if (homes.some(is)) return "that is a home folder, keys included";
  if ([...SHARED_FOLDERS, temporaryFolder()].some(is)) {
    return "that is a folder of temporary files, whosever they are";
  }
  const isProject = root === configFolder ||
    OF_A_PROJECT.some((name) => isThereNow(join(root, name)));
  return isProject
    ? undefined
    : "that is the folder of no project: it has no deno.json, package.json or .git (put one in if it is one)";
}

function homeFolders(): string[] {
  return [homedir(), userInfo().homedir].filter((home) => home !== "");
}

/** Returns where a folder is; of one that cannot be followed, its path. */
function withoutLinks(folder: string): string {
  try {
    return Deno.realPathSync(folder);
  } catch {
    return folder; // whoever reads it says why
  }
}
