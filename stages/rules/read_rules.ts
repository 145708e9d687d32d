/**
 * Reads the rules for a stage, which may be started again in the middle of a run
 * by when somebody has edited the file.
 *
 * @module
 */

import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { loadRules } from "./load_rules.ts";
import { createRules, type Rules } from "./rules.ts";
import { rulesDigest } from "./rules_digest.ts";
import type { Rule } from "./rules_file.ts";

/**
 * Reads the rules at `path`.
 *
 * @param digest What the run began with. @default {any rules}
 * @returns The rules; or, where they are others by now, what every run is refused
 * with: a result would be of neither.
 * @throws {UsageError} If they are wrong, where none are known.
 */
export async function readRules(
  path: string,
  digest?: string,
): Promise<Rules | Fault> {
  let rules: Rule[] | undefined;
  try {
    rules = await loadRules(await Deno.readTextFile(path), path);
  } catch (error) {
    const gone = error instanceof UsageError ||
      error instanceof Deno.errors.NotFound;
    if (digest === undefined || !gone) throw error;
  }
  if (rules && (digest === undefined || await rulesDigest(rules) === digest)) {
    return createRules(rules);
  }
  return new Fault(
    "failed_precondition",
    `Cannot go on with the rules "${path}": they were changed while the run was going on, and a result would be of neither; start the run over`,
  );
}
