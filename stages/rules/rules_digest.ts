/**
 * Tells rules from others. Loads nothing: the command asks before it starts the
 * stages.
 *
 * @module
 */

import type { Rule } from "./rules_file.ts";

/** Tells rules from others, whatever the comments between them. */
export async function rulesDigest(rules: readonly Rule[]): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(rules));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", text)).toHex();
}
