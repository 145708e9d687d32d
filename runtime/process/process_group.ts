/**
 * Signals a whole process group, and tells whether anything in it still runs.
 *
 * A group is named by the pid of the process that leads it. It lasts until the
 * last member is gone, which may be long after the leader.
 *
 * @module
 */

import { isGone, readProcessFile } from "./process_files.ts";

/**
 * Sends `signal` to every member that we may signal. Returns false when there is
 * none left; true also where none of them may be signalled.
 */
export function signalGroup(group: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(-group, signal);
    return true;
  } catch (error) {
    // Nothing left to signal, which is what most callers want.
    if (error instanceof Deno.errors.NotFound) return false;
    if (isRefused(error)) return true;
    throw error;
  }
}

/** True when no member of the group runs any more. */
export async function isGroupEmpty(group: number): Promise<boolean> {
  if (reach(-group) === "gone") return true;
  // Whoever adopts orphans may never collect them, as in a container without
  // an init: such a member stays as a zombie, but runs no more.
  const members = await groupMembers(group);
  return members !== undefined && members.length === 0;
}

/** Tells whether a process, or a group with `-`, is there and may be signalled. */
function reach(pid: number): "reached" | "refused" | "gone" {
  try {
    // Signal 0 only looks; the types do not know it.
    Deno.kill(pid, 0 as unknown as Deno.Signal);
    return "reached";
  } catch (error) {
    if (isRefused(error)) return "refused";
    if (error instanceof Deno.errors.NotFound) return "gone";
    throw error;
  }
}

/** True where the system does not let us signal a process of somebody else. */
function isRefused(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    (error instanceof Error && "code" in error && error.code === "EPERM") ||
    (error instanceof Error &&
      error.message.startsWith("Operation not permitted"));
}

/** A process that we may not signal. */
export interface ForeignProcess {
  pid: number;
  /** What it runs. */
  program: string;
  /** Whom it runs as. */
  user: string;
}

/**
 * Lists the members of a group if none of them may be signalled; undefined if
 * there is one that may, or if that cannot be told.
 */
export async function foreignMembers(
  group: number,
): Promise<ForeignProcess[] | undefined> {
  const members = await groupMembers(group) ?? [];
  const isForeign = members.every(({ pid }) => reach(pid) === "refused");
  if (members.length === 0 || !isForeign) return undefined;
  return await Promise.all(members.map(({ pid }) => describeForeign(pid)));
}

async function describeForeign(pid: number): Promise<ForeignProcess> {
  const status = await readProcessFile(pid, "status") ?? "";
  const uid = /^Uid:\s*(\d+)/m.exec(status)?.[1] ?? "0";
  const users = await Deno.readTextFile("/etc/passwd").catch(() => "");
  const user = users.split("\n").map((line) => line.split(":"))
    .find((fields) => fields[2] === uid)?.[0];
  const program = /^Name:\s*(.*)$/m.exec(status)?.[1] ?? "a program";
  return { pid, program, user: user ?? `user ${uid}` };
}

const UNSTOPPABLE = "cannot be stopped: ";

/** True of what {@linkcode describeUnstoppable} has said, in another process. */
export function isUnstoppable(words: string): boolean {
  return words.startsWith(UNSTOPPABLE);
}

/** Says that processes go on, and what ends them. */
export function describeUnstoppable(
  processes: readonly ForeignProcess[],
): string {
  const names = processes.map(({ pid, program, user }) =>
    `${program} (pid ${pid}) runs as ${user}`
  );
  const pids = processes.map(({ pid }) => pid);
  return `cannot be stopped: ${names.join(", ")}; end it with: sudo kill -9 ${
    pids.join(" ")
  }`;
}

/** What `/proc/<pid>/stat` says of a process. */
export interface ProcessStat {
  pid: number;
  /** One letter; Z is a process that has ended and was not collected. */
  state: string;
  /** The process that it belongs to; 1 once that has ended. */
  parent: number;
  group: number;
  /** The group that its terminal listens to; -1 where it has none. */
  foregroundGroup: number;
  /** Processor time used so far, in clock ticks. */
  cpuTicks: number;
  /** When it started, in clock ticks since boot. Tells reused pids apart. */
  startTicks: number;
}

/** Reads `/proc/<pid>/stat`; undefined when there is no such process. */
export async function readStat(
  pid: number | string,
): Promise<ProcessStat | undefined> {
  try {
    return parseStat(await Deno.readTextFile(`/proc/${pid}/stat`));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** As {@linkcode readStat}, without yielding: for the moment of a spawn. */
export function readStatNow(pid: number): ProcessStat | undefined {
  try {
    return parseStat(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Lists every process that runs; undefined on a system without /proc. */
export async function listProcesses(): Promise<ProcessStat[] | undefined> {
  const found: ProcessStat[] = [];
  try {
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const stat = await readStat(name);
      if (stat && stat.state !== "Z" && stat.state !== "X") found.push(stat);
    }
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  return found;
}

/** Lists the running members of a group; undefined without /proc. */
export async function groupMembers(
  group: number,
): Promise<ProcessStat[] | undefined> {
  const all = await listProcesses();
  return all?.filter((each) => each.group === group);
}

/** Reads one line of `/proc/<pid>/stat`; the name in it may hold anything. */
function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    pid: Number.parseInt(text),
    state: fields[0] ?? "X",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    foregroundGroup: Number(fields[5]),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    startTicks: Number(fields[19]),
  };
}
