// @ts-check
/**
 * How the user calls the program, for the hints that it gives.
 *
 * Never `npx denizen`: where nothing of that name is installed, npx would fetch
 * a package that may be a stranger's.
 *
 * @module
 */

import { readFileSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join, sep } from "node:path";

/**
 * @param {string} script What Node was started with.
 * @param {string} folder The folder of the package.
 * @param {Record<string, string | undefined>} env
 * @returns {string}
 */
export function commandWords(script, folder, env) {
  const wanted = givenToNpx(folder);
  if (wanted !== undefined) return `npx -y ${shellWord(wanted)}`;
  if (isFoundOnPath(script, env.PATH ?? "")) return "denizen";
  return shellWord(script);
}

/**
 * Returns what npx was asked to run, if it runs us. It keeps each package in a
 * folder of its own and writes there what it was called.
 *
 * @param {string} folder
 * @returns {string | undefined}
 */
export function givenToNpx(folder) {
  const [home, name] = folder.split(`${sep}node_modules${sep}`);
  if (!home || !name || basename(dirname(home)) !== "_npx") return undefined;
  try {
    const { _npx: npx } = JSON.parse(
      readFileSync(join(home, "package.json"), "utf8"),
    );
    const [wanted] = npx?.packages ?? [];
    return typeof wanted === "string" ? wanted : undefined;
  } catch {
    return undefined; // another npx than the one we know
  }
}

/**
 * True when a shell finds us as `denizen`. npm puts folders of its own first,
 * which no shell of the user's has.
 *
 * @param {string} script
 * @param {string} path
 * @returns {boolean}
 */
function isFoundOnPath(script, path) {
  const own = resolved(script);
  const first = path.split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => resolved(join(folder, "denizen")))
    .find((found) => found !== undefined);
  return own !== undefined && first === own;
}

/**
 * @param {string} path
 * @returns {string | undefined}
 */
function resolved(path) {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Writes a word for the shell, in quotes where it takes them.
 *
 * @param {string} word
 * @returns {string}
 */
function shellWord(word) {
  return /^[\w@%+=:,./\\-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
