/**
 * Fetches what scripts import, so that they start without the network.
 *
 * Deno does it: it writes the versions into the deno.lock of the project, and
 * fills node_modules where a project wants that.
 *
 * @module
 */

import { dirname } from "node:path";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { isThereNow } from "../../runtime/files/optional_file.ts";
import { DENO_JSON_NAMES } from "./deno_json.ts";

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
    throw new Failure(
      `Cannot fetch what the scripts of "${shortPath(folder)}" import: ${
        reasonIn(new TextDecoder().decode(stderr))
      }`,
    );
  }
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
