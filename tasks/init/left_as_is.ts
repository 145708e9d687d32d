/**
 * What stays as it is where a project is begun among other files: a deno.json
 * and a .gitignore are the user's, and one line more there is theirs to write.
 *
 * @module
 */

import { dirname, join, parse, resolve } from "node:path";
import { nearestFile } from "../../runtime/files/nearest_file.ts";
import { ifThere, isThere } from "../../runtime/files/optional_file.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import {
  DENO_JSON_NAMES,
  denoJsonsAbove,
  readDenoJson,
} from "../library/deno_json.ts";
import { missingFrom } from "./starter_config.ts";
import {
  DENO_JSON,
  GIT_IGNORE,
  IGNORED,
  type StarterFile,
} from "./templates.ts";

/** What is to be made, and what the user has to do besides. */
export interface Beginning {
  files: StarterFile[];
  /** Each ends no line, and may have several. */
  remarks: string[];
}

/** Leaves out of some files what is in a folder already and may stay there. */
export async function leaveOut(
  folder: string,
  files: readonly StarterFile[],
): Promise<Beginning> {
  const left = new Set<string>();
  const remarks: string[] = [];
  for (const name of DENO_JSON_NAMES) {
    const text = await textOf(join(folder, name));
    if (text === undefined) continue;
    left.add(DENO_JSON);
    const missing = missingFrom(text, await hasPackageJson(folder));
    if (missing !== undefined) {
      remarks.push(
        `${name} is left as it is. Add this to it, then run \`${
          commandFor("install")
        }\`:\n\n${missing.trimEnd()}`,
      );
    }
  }
  const ignored = await textOf(join(folder, GIT_IGNORE));
  if (ignored !== undefined) {
    left.add(GIT_IGNORE);
    if (!/^\/?\.denizen\/?\s*$/m.test(ignored)) {
      remarks.push(
        `${GIT_IGNORE} is left as it is. Add this line to it:\n\n${IGNORED}`,
      );
    }
  }
  const workspace = left.has(DENO_JSON)
    ? undefined
    : await workspaceAbove(folder);
  if (workspace !== undefined) {
    const { path, isMember } = workspace;
    const todo = isMember
      ? "this folder is one of its members. Move"
      : "Deno warns at each start as long as this folder is none of its members. To add it, name it there, and move";
    remarks.push(
      `"${
        shortPath(path)
      }" has a workspace, and ${todo} "nodeModulesDir" and "allowScripts" there from ${DENO_JSON} here`,
    );
  }
  return { files: files.filter(({ path }) => !left.has(path)), remarks };
}

/** The deno.json of the workspace that a folder lies in, if in any. */
async function workspaceAbove(
  folder: string,
): Promise<{ path: string; isMember: boolean } | undefined> {
  const above = [...denoJsonsAbove(dirname(folder))];
  const found = above.find(({ text }) => text.includes('"workspace"'));
  if (!found) return undefined;
  const { workspace } = await readDenoJson(found) as Workspace;
  const members = Array.isArray(workspace) ? workspace : workspace?.members;
  const isMember = members?.some((member) => {
    const path = resolve(dirname(found.path), member);
    return path === folder || path === join(dirname(folder), "*");
  }) ?? false;
  return { path: found.path, isMember };
}

/** What a deno.json says of its members: paths, with "*" for each of a folder. */
interface Workspace {
  workspace?: string[] | { members?: string[] };
}

/** Whether the folder itself can be used is not the question here. */
async function textOf(path: string): Promise<string | undefined> {
  return await withPathErrors(`Cannot read "${shortPath(path)}"`, async () => {
    try {
      return await ifThere(Deno.readTextFile(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotADirectory) return undefined;
      throw error;
    }
  });
}

/** True where a package.json is in force: it lies here or above. */
export async function hasPackageJson(folder: string): Promise<boolean> {
  const upTo = parse(folder).root;
  return await isThere(nearestFile("package.json", { from: folder, upTo }), {
    unknown: true,
  });
}
