/**
 * Fetches what scripts import, so that they start without the network.
 *
 * Deno does it: it writes the versions into the deno.lock of the project, and
 * fills node_modules where a project wants that.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { commandFor } from "../../runtime/program/command_name.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { DOORS } from "../../runtime/program/library_names.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { isThereNow } from "../../runtime/files/optional_file.ts";
import {
  describeUnknown,
  unmappedName,
} from "../../supervisor/modules/unmapped.ts";
import { hasPackageJson } from "../init/left_as_is.ts";
import { missingFrom } from "../init/starter_config.ts";
import { DENO_JSON_NAMES, denoJsonsAbove } from "./deno_json.ts";

/** How much of Deno's words is shown, in characters. */
const MAX_CHARS = 500;

/** What says to Deno that a project is here. */
const PROJECT_FILES = [...DENO_JSON_NAMES, "package.json"];

/**
 * Fetches what scripts import.
 *
 * @param scripts Absolute paths. Those to which one deno.json applies are
 * looked at together.
 * @throws {Failure} With Deno's words, for the first project of which something
 * cannot be fetched.
 */
export async function fetchPackages(scripts: readonly string[]): Promise<void> {
  for (const [folder, paths] of byProject(scripts)) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["install", "--entrypoint", ...paths],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (success) continue;
    const words = new TextDecoder().decode(stderr);
    throw new Failure(
      `Cannot fetch what the scripts of "${shortPath(folder)}" import: ${
        await describeNoLibrary(words, folder) ?? reasonIn(words)
      }`,
    );
  }
}

/**
 * Says what a deno.json lacks where scripts import this library and nothing
 * says where it is. Deno would send to the npm package of that name.
 */
async function describeNoLibrary(
  words: string,
  folder: string,
): Promise<string | undefined> {
  const name = unmappedName(words);
  if (name === undefined) return undefined;
  if (!(name in DOORS)) return describeUnknown(name);
  const [found] = denoJsonsAbove(folder);
  const missing =
    missingFrom(found?.text ?? "", await hasPackageJson(folder)) ??
      missingFrom("", false)!;
  const path = shortPath(found?.path ?? join(folder, DENO_JSON_NAMES[0]!));
  return `they import "${name}", and no deno.json says where that is. ${
    found ? `Add this to "${path}"` : `Put this into "${path}"`
  }, then run \`${commandFor("install")}\` again:\n\n${missing.trimEnd()}`;
}

/** Scripts by the folder whose deno.json or package.json applies to them. */
export function byProject(
  scripts: readonly string[],
): Map<string, readonly string[]> {
  return Map.groupBy(scripts, (script) => projectOf(dirname(script)));
}

function projectOf(folder: string): string {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    const isProject = PROJECT_FILES.some((name) =>
      isThereNow(`${at}/${name}`, { unknown: false })
    );
    if (isProject) return at;
  }
  return folder;
}

/** What Deno says went wrong, and why, in a line. */
export function reasonIn(stderr: string): string {
  const start = stderr.lastIndexOf("error: ");
  if (start === -1) return "Deno does not say why";
  return stderr.slice(start + "error: ".length)
    .split(/\n\s*Stack backtrace:/)[0]!
    .split("\n")
    .map((line) => line.trim().replace(/^\d+: /, ""))
    .filter((line) => line !== "" && line !== "Caused by:")
    .join(": ")
    .slice(0, MAX_CHARS);
}
