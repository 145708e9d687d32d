/**
 * Whether this process is the one that its terminal listens to.
 *
 * @module
 */

import { readStatNow } from "./process_group.ts";

/**
 * Returns `background` after `command &`: the keys are then for somebody else.
 * Elsewhere than on Linux it cannot be known.
 */
export function terminalPlace(): "foreground" | "background" | "unknown" {
  const stat = readStatNow(Deno.pid);
  if (stat === undefined) return "unknown";
  return stat.group === stat.foregroundGroup ? "foreground" : "background";
}
