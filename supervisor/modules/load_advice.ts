/**
 * Says what to do where Deno cannot load a script for a reason that we know
 * better than it does.
 *
 * @module
 */

import { describeUncached } from "./uncached.ts";
import { describeUnmapped } from "./unmapped.ts";

/**
 * Returns why a script does not load, and what to do.
 *
 * @param words What Deno has written.
 * @param script The script, as an absolute path.
 * @returns Undefined where Deno's own words are all there is to say.
 */
export function loadAdvice(words: string, script: string): string | undefined {
  return describeUnmapped(words) ?? describeUncached(words, script);
}
