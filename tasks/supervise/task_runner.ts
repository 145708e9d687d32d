/**
 * Notices that the program which has started this one is gone: `deno task`, or
 * the `denizen` of the npm package.
 *
 * @module
 */

import { basename } from "node:path";
import { ifThereNow } from "../../runtime/files/optional_file.ts";
import { log } from "../../runtime/program/log.ts";

/** How often the parent is looked at, in milliseconds. */
const PARENT_MS = 1_000;

/**
 * Notices the end of what has started us for the user. It passes on every
 * signal but SIGKILL, which it cannot see; then nobody is left to end us.
 *
 * @param onGone Told what has happened.
 */
export function watchTaskRunner(onGone: (what: string) => void): Disposable {
  const parent = Deno.ppid;
  // Both set this; but so does npm, and whatever it starts inherits it.
  const runner = Deno.env.has("INIT_CWD")
    ? taskRunnerIn(commandLineOf(parent))
    : undefined;
  const timer = runner === undefined ? undefined : setInterval(() => {
    if (Deno.ppid === parent) return;
    log(`\`${runner}\` was killed: everything is stopped`);
    clearInterval(timer);
    onGone(`\`${runner}\` was killed`);
  }, PARENT_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/**
 * Returns what a command line runs, if that starts a supervisor for a user and
 * waits for it.
 *
 * @param words The program and its arguments.
 */
export function taskRunnerIn(
  [program = "", ...args]: readonly string[],
): string | undefined {
  const [first = ""] = args.filter((word) => !word.startsWith("-"));
  const name = basename(program);
  if (/^deno\d*(\.exe)?$/.test(name)) {
    return first === "task" ? "deno task" : undefined;
  }
  const isOurs = /^node(js)?(\.exe)?$/.test(name) &&
    /^denizen(\.mjs)?$/.test(basename(first));
  return isOurs ? "denizen" : undefined;
}

/** Returns the words that a process was started with; none if nobody can tell. */
function commandLineOf(pid: number): string[] {
  const text = ifThereNow(() => Deno.readTextFileSync(`/proc/${pid}/cmdline`));
  if (text !== undefined) return text.split("\0").slice(0, -1);
  try {
    // Not Linux.
    const { stdout } = new Deno.Command("ps", {
      args: ["-o", "args=", "-p", String(pid)],
      stderr: "null",
    }).outputSync();
    return new TextDecoder().decode(stdout).trim().split(/\s+/);
  } catch {
    return []; // no ps either
  }
}
