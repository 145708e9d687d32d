/**
 * Ends a process and everything it has started: asks, waits, then kills.
 *
 * @module
 */

import { pause } from "../program/abort.ts";
import { isGroupEmpty, signalGroup } from "./process_group.ts";
import type { ProcessExit, StartedProcess } from "./start_process.ts";

/** What stopping does to the system; a test passes a fake. */
export interface GroupControl {
  signalGroup(group: number, signal: Deno.Signal): boolean;
  isGroupEmpty(group: number): Promise<boolean>;
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
  exit: ProcessExit;
  /** True when something in the group outlived the grace and was killed. */
  forced: boolean;
}

/** How often a group without its leader is looked at, in milliseconds. */
const POLL_MS = 10;

/**
 * Stops a process with its whole group.
 *
 * Returns only after every member is gone, so ports and files are free. Also
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
    control = { signalGroup, isGroupEmpty },
  }: StopOptions = {},
): Promise<StopResult> {
  if (!(graceMs >= 0)) {
    throw new RangeError(
      `Cannot stop process ${process.pid} as graceMs must be >= 0: current value is ${graceMs}`,
    );
  }
  const gone = new AbortController();
  let forced = false;
  const kill = () => {
    if (gone.signal.aborted) return;
    forced = control.signalGroup(process.pid, "SIGKILL") || forced;
  };
  const timer = setTimeout(kill, graceMs);
  hurry?.addEventListener("abort", kill, { once: true, signal: gone.signal });
  try {
    control.signalGroup(process.pid, signal);
    if (hurry?.aborted) kill();
    const exit = await process.exit;
    while (!await control.isGroupEmpty(process.pid)) {
      // A member that was being born when the group was killed.
      if (forced) control.signalGroup(process.pid, "SIGKILL");
      await pause(POLL_MS);
    }
    return { exit, forced };
  } finally {
    clearTimeout(timer);
    gone.abort();
  }
}
