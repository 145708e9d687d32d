/**
 * The list of running processes on disk, so that the next supervisor can end
 * what one that was killed has left behind.
 *
 * The guardian does that first; this is for when it was killed as well.
 *
 * @module
 */

import { join } from "node:path";
import * as z from "zod";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { log } from "../../runtime/program/log.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { readJson } from "./json_file.ts";
import { createJsonSaver } from "./json_saver.ts";
import {
  type ForeignProcess,
  groupMembers,
  readStat,
} from "../../runtime/process/process_group.ts";
import { stopProcess } from "../../runtime/process/stop_process.ts";

/** One process that has been started. */
export interface RunEntry {
  name: string;
  pid: number;
  /** When it started, in clock ticks since boot. */
  startTicks: number;
}

/** A process that an earlier supervisor has left behind. */
export interface Leftover extends RunEntry {
  /** What of it goes on to run, since it runs as somebody else. */
  left: readonly ForeignProcess[];
}

/** The list while this supervisor runs. */
export interface RunFile extends AsyncDisposable {
  add(entry: RunEntry): void;
  remove(pid: number): void;
  /** Writes the list again, where its file is gone. */
  renew(): void;
}

/** What the file holds. Ticks and pids mean nothing after another boot. */
interface RunRecord {
  bootId: string;
  processes: RunEntry[];
}

const FILE = "run.json";

/** How long what is left behind has to end, in milliseconds. */
const REAP_GRACE_MS = 2_000;

/**
 * Begins a new list in `stateDir`; disposing removes it, unless processes are
 * left that could not be ended.
 *
 * @param unended What of an earlier list could not be ended.
 */
export async function createRunFile(
  stateDir: string,
  unended: readonly RunEntry[] = [],
): Promise<RunFile> {
  const path = join(stateDir, FILE);
  const bootId = await readBootId();
  const processes = new Map<number, RunEntry>(
    unended.map((
      { name, pid, startTicks },
    ) => [pid, { name, pid, startTicks }]),
  );
  const saver = createJsonSaver(path, (): RunRecord => ({
    bootId,
    processes: [...processes.values()],
  }));
  return {
    add(entry) {
      processes.set(entry.pid, entry);
      saver.changed();
    },
    remove(pid) {
      processes.delete(pid);
      saver.changed();
    },
    renew: saver.changed,
    async [Symbol.asyncDispose]() {
      await saver.saved();
      if (processes.size > 0) return;
      await Deno.remove(path).catch(() => {});
    },
  };
}

/**
 * Ends the processes that an earlier supervisor has left behind.
 *
 * @param stateDir Its folder; to be called by whoever holds its lock.
 * @returns Those that were still running; some may be still.
 */
export async function reapLeftovers(stateDir: string): Promise<Leftover[]> {
  const running = await listUnended(stateDir);
  return await Promise.all(running.map(async (entry) => {
    const { left } = await stopProcess(
      { pid: entry.pid, exit: Promise.resolve({ code: 0, signal: null }) },
      { graceMs: REAP_GRACE_MS },
    );
    return { ...entry, left };
  }));
}

/** Lists the processes of the list of `stateDir` that still run. */
export async function listUnended(stateDir: string): Promise<RunEntry[]> {
  const record = await readRunFile(join(stateDir, FILE));
  if (!record || record.bootId !== await readBootId()) return [];
  const running: RunEntry[] = [];
  for (const entry of record.processes) {
    if (await isStillOurs(entry)) running.push(entry);
  }
  return running;
}

/** True when the pid, or the group it led, is not a newer process's. */
async function isStillOurs({ pid, startTicks }: RunEntry): Promise<boolean> {
  const leader = await readStat(pid);
  if (leader && leader.state !== "Z") return leader.startTicks === startTicks;
  const members = await groupMembers(pid) ?? [];
  return members.some((each) => each.startTicks >= startTicks);
}

const RECORD: z.ZodType<RunRecord> = z.object({
  bootId: z.string(),
  processes: z.array(
    z.object({ name: z.string(), pid: z.int(), startTicks: z.number() }),
  ),
});

async function readRunFile(path: string): Promise<RunRecord | undefined> {
  const record = await readJson(path, RECORD);
  switch (record.status) {
    case "read":
      return record.value;
    case "missing": // nothing was left behind
      return undefined;
    case "damaged":
      log(
        `Cannot use "${
          shortPath(path)
        }": it is damaged, so it cannot be known whether an earlier supervisor left processes behind`,
      );
      return undefined;
  }
}

async function readBootId(): Promise<string> {
  return await ifThere(
    Deno.readTextFile("/proc/sys/kernel/random/boot_id"),
  ) ?? "unknown";
}
