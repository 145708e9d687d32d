/**
 * Notices that `deno task`, which has started this program, is gone.
 *
 * @module
 */

import { basename } from "node:path";
import { ifThereNow } from "../../runtime/files/optional_file.ts";
import { log } from "../../runtime/program/log.ts";

/** How often the parent is looked at, in milliseconds. */
const PARENT_MS = 1_000;

/**
 * Notices the end of `deno task`, which started us. It passes on every signal
 * but SIGKILL, which it cannot see; then nobody is left to end us.
 */
export function watchTaskRunner(onGone: () => void): Disposable {
  const parent = Deno.ppid;
  // `deno task` sets this; but so does npm, and whatever it starts inherits it.
  const timer = Deno.env.has("INIT_CWD") && isTaskRunner(commandLineOf(parent))
    ? setInterval(() => {
      if (Deno.ppid === parent) return;
      log("`deno task` was killed: everything is stopped");
      clearInterval(timer);
      onGone();
    }, PARENT_MS)
    : undefined;
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/**
 * True of the command line of a `deno task`.
 *
 * @param words The program and its arguments.
 */
export function isTaskRunner([program = "", ...args]: readonly string[]) {
  const [command] = args.filter((word) => !word.startsWith("-"));
  return /^deno\d*(\.exe)?$/.test(basename(program)) && command === "task";
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
