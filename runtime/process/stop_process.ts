/**
 * Ends a process and everything it has started: asks, waits, then kills.
 *
 * @module
 */

import { after, pause } from "../program/abort.ts";
import {
  foreignMembers,
  type ForeignProcess,
  isGroupEmpty,
  signalGroup,
} from "./process_group.ts";
import type { ProcessExit, StartedProcess } from "./start_process.ts";

/** What stopping does to the system; a test passes a fake. */
export interface GroupControl {
  signalGroup(group: number, signal: Deno.Signal): boolean;
  isGroupEmpty(group: number): Promise<boolean>;
  foreignMembers(group: number): Promise<ForeignProcess[] | undefined>;
}

/** Options for {@linkcode stopProcess}. */
export interface StopOptions {
  /** Sent first, so that the process can finish its work. @default {"SIGTERM"} */
  signal?: Deno.Signal;
  /** How long the group has to end, in milliseconds, before SIGKILL. @default {5000} */
  graceMs?: number;
  /** Ends the grace at once when it aborts. */
  hurry?: AbortSignal;
  /** @default {the real one} */
  control?: GroupControl;
}

/** How a stopped process ended. */
export interface StopResult {
  /** How the process itself ended; undefined if it may not be ended by us. */
  exit: ProcessExit | undefined;
  /** True when something in the group outlived the grace and was killed. */
  forced: boolean;
  /** What goes on to run, since it runs as somebody else. */
  left: readonly ForeignProcess[];
}

/** How often a group without its leader is looked at, in milliseconds. */
const POLL_MS = 10;

/**
 * Stops a process with its whole group.
 *
 * Returns only after every member is gone, so ports and files are free; or once
 * all that is left may not be signalled by us, as what sudo has started. Also
 * right for a process that has ended by itself: it ends what that left behind.
 *
 * @param process The process, started by startProcess().
 * @param options How to ask, and how long to wait.
 * @returns How the process ended, and whether force was needed.
 * @throws {RangeError} If `graceMs` is negative or not a number.
 */
export async function stopProcess(
  process: Pick<StartedProcess, "pid" | "exit">,
  {
    signal = "SIGTERM",
    graceMs = 5_000,
    hurry,
    control = { signalGroup, isGroupEmpty, foreignMembers },
  }: StopOptions = {},
): Promise<StopResult> {
  if (!(graceMs >= 0)) {
    throw new RangeError(
      `Cannot stop process ${process.pid} as graceMs must be >= 0: current value is ${graceMs}`,
    );
  }
  const gone = new AbortController();
  const killed = Promise.withResolvers<void>();
  let forced = false;
  const kill = () => {
    if (gone.signal.aborted) return;
    forced = control.signalGroup(process.pid, "SIGKILL") || forced;
    killed.resolve();
  };
  const cancel = after(graceMs, kill);
  hurry?.addEventListener("abort", kill, { once: true, signal: gone.signal });
  try {
    control.signalGroup(process.pid, signal);
    if (hurry?.aborted) kill();
    let exit: ProcessExit | undefined;
    const exited = process.exit.then((ended) => void (exit = ended));
    await Promise.race([exited, killed.promise]);
    for (;;) {
      const isEmpty = await control.isGroupEmpty(process.pid);
      if (isEmpty && exit) return { exit, forced, left: [] };
      if (forced) {
        // A member that was being born when the group was killed.
        control.signalGroup(process.pid, "SIGKILL");
        const left = await control.foreignMembers(process.pid);
        if (left) return { exit, forced, left };
      }
      await (isEmpty ? exited : pause(POLL_MS));
    }
  } finally {
    cancel();
    gone.abort();
  }
}
