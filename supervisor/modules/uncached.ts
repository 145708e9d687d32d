/**
 * Finds in what Deno says that a package of a script is not in its cache: none
 * is fetched while a script starts. Says the command that fetches it.
 *
 * The words are Deno's own; a test provokes each kind in a real process.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import { commandFor } from "../../runtime/program/command_name.ts";
import { shortPath } from "../../runtime/program/paths.ts";

const PATTERNS = [
  /npm package not found in cache: "([^"]+)", --cached-only/,
  /Specifier not found in cache: "([^"]+)", --cached-only/,
  /Could not find a matching package for '([^']+)' in the node_modules directory/,
];

/**
 * Says what is not cached, and how to get it.
 *
 * @param words What Deno has written.
 * @param script The script that imports it, as an absolute path.
 * @returns Undefined where Deno does not say so.
 */
export function describeUncached(
  words: string,
  script: string,
): string | undefined {
  const said = stripVTControlCharacters(words);
  for (const pattern of PATTERNS) {
    const [, name] = pattern.exec(said) ?? [];
    if (name === undefined) continue;
    const what = /^\w+:/.test(name) ? name : `the npm package "${name}"`;
    return `${what} is not in Deno's cache: \`${
      fetching(script)
    }\` fetches what it imports`;
  }
  return undefined;
}

/** In our own checkout Deno's command does it. */
function fetching(script: string): string {
  const command = commandFor("install");
  return command.startsWith("deno task ")
    ? `deno install --entrypoint ${shortPath(script)}`
    : command;
}
