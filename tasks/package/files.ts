/**
 * What the program needs to run elsewhere, and nothing else: no tests, no
 * results of benchmarks, nothing that was built.
 *
 * Folders are walked, and not asked of git: a copy of the program has no git.
 *
 * @module
 */

import { join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";

/** What lies in the project's folder and belongs to the program. */
const PARTS = [
  "LICENSE",
  "README.md",
  "broker",
  "calculator",
  "config.schema.json",
  "dashboard",
  "deno.json",
  "deno.lock",
  "events.schema.json",
  "main.ts",
  "mod.ts",
  "orchestrator",
  "proto",
  "runtime",
  "stages",
  "stages.schema.json",
  "supervisor",
  "tasks",
  "vendor/std",
];

/**
 * What belongs to a clone: programs in other languages, which are built where
 * their sources are, and benchmarks.
 */
const OF_A_CLONE = [
  "calculator/cpp",
  "calculator/rust",
  "stages/go",
  "stages/python",
  "stages/rust",
  "tasks/bench",
  "tasks/build",
];

/** The commands that need them. */
const COMMANDS_OF_A_CLONE = /^tasks\/(bench|build)(_\w+)?\.ts$/;

/** Files that belong to a user's new project: all of them do, hidden ones too. */
const TEMPLATES = "tasks/init/templates";

/** What else lies in a folder that was worked in is nobody's. */
const SOURCES = /\.(tsx?|m?js|json|ya?ml|proto|bash|zsh|fish|html|css|svg)$/;

/** Never of the program, even below the templates. */
const STATE = [".denizen", ".git", "node_modules"];

/** Lists the files of the program, as paths below {@linkcode PROJECT}. */
export async function packagedFiles(): Promise<string[]> {
  return await filesOf(PARTS);
}

/**
 * Lists files below {@linkcode PROJECT}, sorted.
 *
 * @param parts Files, and folders of which all sources are meant.
 * @throws {Deno.errors.NotFound} If one of them is not there.
 */
export async function filesOf(parts: readonly string[]): Promise<string[]> {
  const found = await Promise.all(parts.map(async (part) => {
    const { isFile } = await Deno.stat(join(PROJECT, part));
    return isFile ? [part] : await Array.fromAsync(sourcesIn(part));
  }));
  return found.flat().toSorted();
}

async function* sourcesIn(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(PROJECT, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) {
      if (!OF_A_CLONE.includes(path) && !STATE.includes(entry.name)) {
        yield* sourcesIn(path);
      }
    } else if (entry.isFile && isSource(path)) yield path;
  }
}

/**
 * True of what is shipped. Of the vendored packages their deno.json is not: Deno
 * would take them for linked ones, and deno.lock would not fit. Nor is that of
 * the page, which is only for checking types.
 */
function isSource(path: string): boolean {
  return path.startsWith(`${TEMPLATES}/`) ||
    SOURCES.test(path) && !COMMANDS_OF_A_CLONE.test(path) &&
      !/(^|\/)\.|^(vendor\/.*|dashboard\/page)\/deno\.json$/.test(path);
}
