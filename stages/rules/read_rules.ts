/**
 * Reads the rules for a stage, which may be started again in the middle of a run
 * by when somebody has edited the file.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { loadRules } from "./load_rules.ts";
import { createRules, type Rules } from "./rules.ts";
import { rulesDigest } from "./rules_digest.ts";

/**
 * Makes the rules for events of a schema.
 *
 * @throws {Fault} If no run can have them.
 */
export type RulesOf = (schema: Schema) => Promise<Rules>;

/**
 * Reads the rules at `path`; what they mean depends on the events.
 *
 * @param path The rules file; undefined for no rules.
 * @param digest What the run began with. Where the rules are others by now, every
 * run is refused: a result would be of neither. @default {any rules}
 * @throws {Deno.errors.NotFound} If there is no such file, and no digest either.
 */
export async function readRules(
  path: string | undefined,
  digest?: string,
): Promise<RulesOf> {
  if (path === undefined) {
    return (schema) => Promise.resolve(createRules([], schema));
  }
  let text: string | undefined;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const isGone = error instanceof Deno.errors.NotFound;
    if (digest === undefined || !isGone) throw error;
  }
  return async (schema) => {
    if (text === undefined) throw changed(path);
    try {
      const rules = await loadRules(text, path, schema);
      if (digest === undefined || await rulesDigest(rules) === digest) {
        return createRules(rules, schema);
      }
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (digest === undefined) {
        throw new Fault("failed_precondition", error.message);
      }
    }
    throw changed(path);
  };
}

function changed(path: string): Fault {
  return new Fault(
    "failed_precondition",
    `Cannot go on with the rules "${path}": they were changed while the run was going on, and a result would be of neither; start the run over`,
  );
}
