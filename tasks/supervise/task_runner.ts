/**
 * Notices that `deno task`, which has started this program, is gone.
 *
 * @module
 */

import { log } from "../../runtime/program/log.ts";

/** How often the parent is looked at, in milliseconds. */
const PARENT_MS = 1_000;

/**
 * Notices the end of `deno task`, which started us. It passes on every signal
 * but SIGKILL, which it cannot see; then nobody is left to end us.
 */
export function watchTaskRunner(onGone: () => void): Disposable {
  const parent = Deno.ppid;
  // `deno task` sets this, and nothing else in our surroundings does.
  const timer = Deno.env.has("INIT_CWD")
    ? setInterval(() => {
      if (Deno.ppid === parent) return;
      log("`deno task` was killed: everything is stopped");
      clearInterval(timer);
      onGone();
    }, PARENT_MS)
    : undefined;
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
