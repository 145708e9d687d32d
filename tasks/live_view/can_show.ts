/**
 * Tells whether there is a terminal for the live view. Loads nothing of it.
 *
 * @module
 */

import { terminalPlace } from "../../runtime/process/terminal_place.ts";

/** True when this process has a terminal that can show the live view. */
export function canShowLiveView(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() &&
    Deno.env.get("TERM") !== "dumb" && terminalPlace() !== "background";
}
