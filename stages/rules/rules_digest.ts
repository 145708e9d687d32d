/**
 * Tells rules from others. Loads nothing: who starts the stages asks.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Rule } from "./rules_file.ts";

/** Tells rules from others, whatever the comments between them. */
export function rulesDigest(rules: readonly Rule[]): string {
  return createHash("sha256").update(JSON.stringify(rules)).digest("hex");
}
