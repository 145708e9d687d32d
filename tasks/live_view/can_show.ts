/**
 * Tells whether there is a terminal for the live view. Loads nothing of it.
 *
 * @module
 */

import { readStatNow } from "../../runtime/process/process_group.ts";

/** True when this process has a terminal that can show the live view. */
export function canShowLiveView(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() &&
    Deno.env.get("TERM") !== "dumb" && isInForeground();
}

/** False after `supervise &`: the keys are then for somebody else. */
function isInForeground(): boolean {
  const stat = readStatNow(Deno.pid);
  // Elsewhere than on Linux it cannot be known.
  return stat === undefined || stat.group === stat.foregroundGroup;
}
