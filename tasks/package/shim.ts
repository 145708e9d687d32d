/**
 * The `denizen` that runs a checkout: a few lines of shell on the user's path.
 *
 * @module
 */

import { basename, delimiter, dirname, join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { quoteWord } from "../../runtime/program/shell_words.ts";

/** By this line we know that a file is ours to replace and to remove. */
const MARK = "# Runs a checkout of Denizen; `deno task install` wrote it.";

/** What a shim runs. */
export interface ShimTarget {
  /** The Deno, as an absolute path. */
  deno: string;
  /** The folder of the checkout. */
  project: string;
  /** Flags for the engine, by command. */
  v8Flags: Readonly<Record<string, readonly string[]>>;
}

/**
 * Writes the shim.
 *
 * @param command How the user is going to call it.
 */
export function shimText(
  { deno, project, v8Flags }: ShimTarget,
  command: string,
): string {
  const run = [
    ...[deno, "run", "-A", "--cached-only"],
    ...["--config", join(project, "deno.json")],
  ].map(quoteWord).join(" ");
  const main = quoteWord(join(project, "main.ts"));
  const cases = Object.entries(v8Flags).map(([name, flags]) =>
    `  ${name}) exec ${run} ${flags.map(quoteWord).join(" ")} ${main} "$@" ;;`
  );
  return [
    "#!/bin/sh",
    MARK,
    `INIT_CWD=$(pwd) DENIZEN_COMMAND=${quoteWord(command)}`,
    "export INIT_CWD DENIZEN_COMMAND",
    ...[deno, join(project, "main.ts")].map(orWords),
    'case "$1" in',
    ...cases,
    `  *) exec ${run} ${main} "$@" ;;`,
    "esac",
    "",
  ].join("\n");
}

/** The shell for what to say where a file is not there any more. */
function orWords(path: string): string {
  const words =
    `Cannot run denizen: there is no "${path}" any more; run \`deno task install\` in a checkout`;
  return `[ -e ${quoteWord(path)} ] || { echo ${
    quoteWord(words)
  } >&2; exit 1; }`;
}

/**
 * Puts the shim into a file, in the place of an older one.
 *
 * @throws {Failure} If something else is there.
 */
export async function writeShim(path: string, text: string): Promise<void> {
  await requireOurs(path);
  await Deno.mkdir(dirname(path), { recursive: true });
  await replaceFile(path, text, { mode: 0o755 });
}

/**
 * Removes the shim.
 *
 * @returns False if there was none.
 * @throws {Failure} If something else is there.
 */
export async function removeShim(path: string): Promise<boolean> {
  if (!await requireOurs(path)) return false;
  await Deno.remove(path);
  return true;
}

/** True when there is a shim of ours; throws where something else is. */
async function requireOurs(path: string): Promise<boolean> {
  const found = await ifThere(Deno.lstat(path));
  if (found === undefined) return false;
  if (found.isFile && (await Deno.readTextFile(path)).includes(MARK)) {
    return true;
  }
  throw new Failure(
    `Cannot touch "${shortPath(path)}": it is not a \`${
      basename(path)
    }\` that we have put there; remove it, or name another folder with --root`,
  );
}

/** True when a shell finds programs of that folder by their name. */
export function isOnPath(folder: string, path: string): boolean {
  return path.split(delimiter).some((each) => join(each, ".") === folder);
}
