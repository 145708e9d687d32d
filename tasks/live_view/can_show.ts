/**
 * Tells whether there is a terminal for the live view. Loads nothing of it.
 *
 * @module
 */

/** True when this process has a terminal that can show the live view. */
export function canShowLiveView(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() &&
    Deno.env.get("TERM") !== "dumb" && isInForeground();
}

/** False after `supervise &`: the keys are then for somebody else. */
function isInForeground(): boolean {
  try {
    const stat = Deno.readTextFileSync("/proc/self/stat");
    // After the name, which may hold anything: state, parent, group, session,
    // terminal, and the group that the terminal listens to.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2)
      .split(" ");
    return group === foreground;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true; // not Linux
    throw error;
  }
}
