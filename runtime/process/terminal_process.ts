/**
 * Starts one program in the foreground of our terminal, as a shell does: a
 * process group of its own, to which the terminal sends Ctrl-C, Ctrl-Z and a
 * new size of the window, and which may open `/dev/tty`.
 *
 * start_process.ts gives a program a session of its own instead, without a
 * terminal. Deno can do no more by itself, so a shell does it, by its job
 * control.
 *
 * @module
 */

import { pause } from "../program/abort.ts";
import { inheritedEnvironment } from "./environment.ts";
import type { Guardian } from "./guardian.ts";
import { readStatNow, signalGroup } from "./process_group.ts";
import { throughGate } from "./start_gate.ts";
import {
  type ProcessSpec,
  type StartedProcess,
  withUmask,
} from "./start_process.ts";

/**
 * $1: the guardian's folder, in which the program makes itself known.
 *
 * 148 is a program that Ctrl-Z has stopped: then we stop, too, all of us in the
 * group that the user's shell knows, and go on with it. One that a signal has
 * ended could not put the terminal back as it was.
 */
const IN_FOREGROUND = `set -m 2>/dev/null
case $- in *m*) ;; *) exit 125 ;; esac
newborn=$1/newborn
shift
modes=$(stty -g 2>/dev/null)
"$@"
code=$?
while [ "$code" = 148 ] && read -r pid <"$newborn" && kill -s 0 "$pid"; do
  set +m
  kill -s TSTP 0
  set -m
  fg >/dev/null
  code=$?
done 2>/dev/null
[ "$code" -gt 128 ] && [ -n "$modes" ] && stty "$modes" 2>/dev/null
exit "$code"`;

/** How often is looked whether the program has made itself known, in milliseconds. */
const LOOK_MS = 2;

/**
 * Starts a program that has the terminal until it ends.
 *
 * Linux only, and only where our group has the terminal: see terminal_place.ts.
 *
 * @param guardian Told of the group; tell it to forget once the group is empty.
 * Nothing else may be started with it.
 * @returns Undefined where the shell has no job control; nothing was started then.
 * @throws {Deno.errors.NotFound} If there is no such program or folder.
 */
export async function startInTerminal(
  {
    program,
    args,
    cwd = Deno.cwd(),
    env = inheritedEnvironment(),
    stderr = "inherit",
    umask,
  }: Omit<ProcessSpec, "stdin" | "output">,
  guardian: Pick<Guardian, "watch" | "folder">,
): Promise<StartedProcess | undefined> {
  const { folder } = guardian;
  if (folder === undefined) return undefined;
  const known = throughGate([program, ...args], {
    cwd,
    environment: env,
    folder,
  });
  // It would not make itself known.
  if (known.program === program) return undefined;
  const command = new Deno.Command("/bin/sh", {
    args: [
      ...["-c", IN_FOREGROUND, "denizen-terminal", folder],
      ...[known.program, ...known.args],
    ],
    cwd,
    env: { ...env },
    clearEnv: true,
    stdin: "inherit",
    stdout: "inherit",
    stderr,
  });
  const child = withUmask(umask, () => command.spawn());
  let hasEnded = false;
  const exit = child.status.then(({ code, signal }) => {
    hasEnded = true;
    return { code, signal };
  });
  const pid = await newborn(`${folder}/newborn`, () => hasEnded);
  if (pid === undefined) return undefined;
  try {
    guardian.watch(pid);
  } catch (error) {
    signalGroup(pid, "SIGKILL");
    throw error;
  }
  return {
    pid,
    startTicks: readStatNow(pid)?.startTicks,
    exit,
    stdin: undefined,
    stdout: undefined,
    stderr: stderr === "piped" ? child.stderr : undefined,
  };
}

/** Waits until a program has written its pid; undefined if it never will. */
async function newborn(
  path: string,
  isOver: () => boolean,
): Promise<number | undefined> {
  for (;;) {
    // In this order: it may have written, and ended, since.
    const wasOver = isOver();
    const [line] = (await Deno.readTextFile(path)).split("\n");
    if (line) return Number(line);
    if (wasOver) return undefined;
    await pause(LOOK_MS);
  }
}
