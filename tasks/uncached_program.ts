/**
 * Says what to do where a package that a command is built on is not in Deno's
 * cache. A command that is installed fetches nothing while it starts.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import { Failure } from "../runtime/program/errors.ts";
import { PROJECT } from "../runtime/program/paths.ts";
import { isClone } from "./package/clone.ts";

/** Deno's own words. */
const UNCACHED = /not found in cache: "([^"]+)", --cached-only/;

/**
 * Returns a failure in our words.
 *
 * @param error What came of loading a command.
 * @returns Undefined where it is something else.
 */
export function uncachedProgram(error: unknown): Failure | undefined {
  if (!(error instanceof TypeError)) return undefined;
  const [, name] = UNCACHED.exec(stripVTControlCharacters(error.message)) ?? [];
  if (name === undefined) return undefined;
  return new Failure(
    `Cannot start Denizen: its package "${name}" is not in Deno's cache; ${
      isClone()
        ? `\`deno task install\` in "${PROJECT}" fetches what is missing`
        : "start it again with a network, which fetches what is missing"
    }`,
  );
}
