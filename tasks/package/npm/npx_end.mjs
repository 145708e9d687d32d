// @ts-check
/**
 * Notices that npx, which has started this program, was killed by SIGKILL. It
 * can pass nothing on then, and the shell between npx and us waits on.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import process from "node:process";

/** How often npx is looked for, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Calls `onGone` once npx is not there any more.
 *
 * @param {() => void} onGone
 * @returns {() => void} Looks no longer.
 */
export function watchNpx(onGone) {
  const shell = process.ppid;
  const npx = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npx) return;
    clearInterval(timer);
    onGone();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/**
 * @param {number} pid
 * @returns {string | undefined} Of its parent; none where nobody can tell.
 */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program comes before and may hold anything.
    return stat.slice(stat.lastIndexOf(")")).split(" ")[2];
  } catch {
    return undefined; // another system than Linux
  }
}
