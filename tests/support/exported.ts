/**
 * Projects that are exported in tests, without a file on disk.
 *
 * @module
 */

import type { Exported } from "../../tasks/export/target.ts";
import type { ImageSource } from "../../tasks/export/container/image.ts";
import type { Project } from "../../tasks/export/project.ts";
import { writtenIn } from "../../supervisor/config/config.ts";
import { parseConfig } from "../../supervisor/config/load_config.ts";
import type { TempFolder } from "./temp_folder.ts";

/** Where the config of such a project would be. */
export const FOLDER = "/home/ann/shop";

/** Returns a project whose config says this. */
export function projectOf(text: string, {
  folder = FOLDER,
  variables = {},
  envFiles = new Map(),
}: {
  folder?: string;
  variables?: Record<string, string>;
  envFiles?: Project["envFiles"];
} = {}): Project {
  const config = parseConfig(text, {
    path: `${folder}/config.yaml`,
    variables,
    isFile: () => true,
  });
  return {
    config,
    name: "shop",
    written: writtenIn(config),
    services: new Map(
      [...config.services].filter(([, [spec]]) => !spec?.looksOn),
    ),
    envFiles,
    fileVariables: new Map(),
    hasLock: false,
  };
}

/** What the image of such a project is made of. */
export const SOURCE: ImageSource = {
  root: FOLDER,
  denoFolder: FOLDER,
  isLocked: true,
  output: `${FOLDER}/export/there`,
};

/** Returns what a file of an export says. */
export function fileOf({ files }: Exported, path: string): string {
  const found = files.find((file) => file.path === path);
  if (found) return found.content;
  throw new Error(
    `There is no "${path}": files are ${
      files.map(({ path }) => path).join(", ")
    }`,
  );
}

/** Writes the files of an export into a folder. */
export async function putFiles(
  { files }: Exported,
  folder: TempFolder,
): Promise<void> {
  for (const { path, content } of files) {
    const parts = path.split("/").slice(0, -1);
    if (parts.length > 0) {
      await Deno.mkdir(folder.file(parts.join("/")), { recursive: true });
    }
    await Deno.writeTextFile(folder.file(path), content);
  }
}
