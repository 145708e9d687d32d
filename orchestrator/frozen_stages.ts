/**
 * Notices a stage that is there and does nothing, as after SIGSTOP.
 *
 * It asks each stage for its health once a second. A stage that works hard may
 * answer late and must not be taken for frozen. So a stage counts as frozen
 * only if it also uses no processor time meanwhile. One that has never served is
 * not frozen, unless a signal has stopped it: whoever waits for its start says
 * what is the matter.
 *
 * @module
 */

import { readStat } from "../runtime/process/process_group.ts";
import { pause } from "../runtime/program/abort.ts";
import { askHealth } from "../runtime/rpc/ask_health.ts";
import type { StageProcesses } from "./stage_processes.ts";
import type { WorkerName } from "./workers.ts";

/** Time between two questions, and for each answer, in milliseconds. */
const INTERVAL_MS = 1_000;
/** Silent for so many questions in a row, a stage is frozen. */
const MISSES = 2;
/**
 * The same where it is not so plain: without /proc a busy stage cannot be told,
 * and one that no longer listens may wait for the disk.
 */
const MISSES_UNSEEN = 10;

/**
 * Kills stages that are frozen, until `signal` aborts.
 *
 * @param intervalMs Time between two questions, in milliseconds.
 */
export async function killFrozen(
  stages: Watched,
  signal: AbortSignal,
  intervalMs: number = INTERVAL_MS,
): Promise<void> {
  await Promise.all(
    stages.names.map((name) => watchOne(name, stages, signal, intervalMs)),
  );
}

/** What it needs of the stages. */
type Watched = Pick<
  StageProcesses,
  "names" | "pid" | "connection" | "up" | "kill"
>;

async function watchOne(
  name: WorkerName,
  stages: Watched,
  signal: AbortSignal,
  intervalMs: number,
): Promise<void> {
  let misses = 0;
  let before = await lookAt(stages.pid(name));
  while (!signal.aborted) {
    await pause(intervalMs, signal);
    const pid = stages.pid(name);
    const { kind } = await askHealth(stages.connection(name), {
      deadlineMs: intervalMs,
    });
    if (signal.aborted) return;
    const now = await lookAt(pid);
    const idle = pid === before.pid && now.cpuTicks === before.cpuTicks;
    const answers = kind !== "silent" && kind !== "absent";
    const starts = !now.stopped && !stages.up().includes(name);
    misses = answers || !idle || !now.there || starts ? 0 : misses + 1;
    before = now;
    const plain = now.stopped ||
      (kind === "silent" && now.cpuTicks !== undefined);
    const most = plain ? MISSES : MISSES_UNSEEN;
    if (misses < most || stages.pid(name) !== pid) continue;
    stages.kill(
      name,
      `was frozen: for ${
        misses * intervalMs / 1_000
      } s it did not answer and used no processor time`,
    );
  }
}

/** What is known of a process; `cpuTicks` only with /proc. */
interface Look {
  pid: number;
  there: boolean;
  /** True for a process that a signal has stopped. */
  stopped: boolean;
  cpuTicks: number | undefined;
}

async function lookAt(pid: number): Promise<Look> {
  const stat = await readStat(pid);
  // Without /proc there is none either, so ask for our own.
  const visible = stat ?? await readStat(Deno.pid);
  return {
    pid,
    there: !visible || (stat !== undefined && stat.state !== "Z"),
    stopped: stat?.state === "T",
    cpuTicks: stat?.cpuTicks,
  };
}
