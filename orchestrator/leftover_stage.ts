/**
 * Waits for what a killed run has left: its stages end by themselves a moment
 * later, and until then they have their ports.
 *
 * @module
 */

import { readProcessFile } from "../runtime/process/process_files.ts";
import { pause } from "../runtime/program/abort.ts";

/** How long is waited at most, in milliseconds; a guardian takes two seconds. */
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/**
 * Waits until a process has ended, where it is a stage whose orchestrator is dead.
 *
 * @returns False where it is something else, or does not end.
 */
export async function outlivesLeftover(
  pid: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const untilMs = performance.now() + PATIENCE_MS;
  let waited = false;
  while (await isLeftover(pid)) {
    if (performance.now() > untilMs) return false;
    await pause(POLL_MS, signal);
    signal?.throwIfAborted();
    waited = true;
  }
  return waited;
}

/**
 * True for a stage whose owner is not its parent any more, and for a process
 * that is ending: the system takes its command line before its sockets.
 */
async function isLeftover(pid: number): Promise<boolean> {
  const [command, status] = await Promise.all([
    readProcessFile(pid, "cmdline"),
    readProcessFile(pid, "status"),
  ]);
  if (command === "") return !/^State:\s*Z/m.test(status ?? "State: Z");
  const words = command?.split("\0") ?? [];
  // In whatever language it is written, a stage is told these two.
  if (!words.some((word) => word.startsWith("--run="))) return false;
  const owner = words.map((word) => /^--owner=(\d+)$/.exec(word)?.[1])
    .find((found) => found !== undefined);
  const parent = /^PPid:\s*(\d+)$/m.exec(status ?? "")?.[1];
  return owner !== undefined && parent !== undefined && owner !== parent;
}
