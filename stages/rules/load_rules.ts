/**
 * Reads the rules of a run. What it takes to read YAML and to check it is loaded
 * for rules that somebody has written: those that ship are known already.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import type { Rule } from "./rules_file.ts";
import SHIPPED from "./shipped_rules.json" with { type: "json" };

/**
 * Reads a rules file, as {@linkcode parseRules} of rules_file.ts does.
 *
 * @param text The YAML text.
 * @param path Where it came from; used only in messages.
 * @param schema What the events are. @default {the shape that is built in}
 * @throws {UsageError} Naming every wrong place, not only the first.
 */
export async function loadRules(
  text: string,
  path: string,
  schema?: Schema,
): Promise<Rule[]> {
  // By its whole text: whoever edits the file gets what it says now.
  if (text === SHIPPED.text && schema?.builtIn !== false) {
    return SHIPPED.rules as Rule[];
  }
  const { parseRules } = await import("./rules_file.ts");
  return parseRules(text, path, schema);
}
