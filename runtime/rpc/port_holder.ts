/**
 * Finds the processes that listen at an address.
 *
 * Reads /proc, so it knows only on Linux and only in a process that may read
 * it; elsewhere the answer is "not known".
 *
 * @module
 */

import type { Address } from "../program/address.ts";

/** A process, as a person would look it up. */
export interface Holder {
  pid: number;
  /** Its program, for example "deno". */
  program: string;
}

/** How /proc/net/tcp writes the state LISTEN, and /proc/net/unix the flag. */
const LISTEN = "0A";
const UNIX_LISTEN = "00010000";

/** How /proc/net/tcp and tcp6 write the addresses that a host may stand for. */
const IPV4_ANY = "0".repeat(8);
const IPV6_ANY = "0".repeat(32);
const IPV6_LOOPBACK = "00000000000000000000000001000000";

/** Returns the process that listens on `port`; undefined where not known. */
export async function findPortHolder(
  port: number,
): Promise<Holder | undefined> {
  const inodes = new Set((await listeners(port)).map(({ inode }) => inode));
  const [holder] = await findHolders(inodes);
  return holder;
}

/**
 * Returns the sockets that answer at an address, by their numbers; none where
 * they cannot be known.
 */
export async function socketsAt(address: Address): Promise<Set<string>> {
  if (address.kind === "unix") return await unixListeners(address.path);
  const sockets = await listeners(address.port);
  const exact = exactForms(address.host);
  // The kernel prefers who listens on just this address.
  const exactly = sockets.filter(({ local }) => exact.includes(local));
  const answering = exactly.length > 0
    ? exactly
    : sockets.filter(({ local }) => local === IPV4_ANY || local === IPV6_ANY);
  return new Set(answering.map(({ inode }) => inode));
}

/** Returns the processes that hold one of some sockets, as far as known. */
export async function findHolders(
  inodes: ReadonlySet<string>,
): Promise<Holder[]> {
  const holders: Holder[] = [];
  if (inodes.size === 0) return holders;
  for (const { name } of await orIfOutOfReach(listProcesses(), [])) {
    const pid = Number(name);
    if (!(await holdsSocket(pid, inodes))) continue;
    const program = await orIfOutOfReach(
      Deno.readTextFile(`/proc/${name}/comm`),
      "unknown program",
    );
    holders.push({ pid, program: program.trim() });
  }
  return holders;
}

/** Returns how the tables write the addresses of a host on this machine. */
function exactForms(host: string): string[] {
  if (host === "localhost") return [...exactForms("127.0.0.1"), IPV6_LOOPBACK];
  if (host === "::1") return [IPV6_LOOPBACK];
  // The bytes of an IPv4 address, the last one first.
  const bytes = host.split(".").reverse()
    .map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, "0"));
  const ipv4 = bytes.join("");
  return [ipv4, `0000000000000000FFFF0000${ipv4}`];
}

async function listProcesses(): Promise<Deno.DirEntry[]> {
  const entries = await Array.fromAsync(Deno.readDir("/proc"));
  return entries.filter(({ name }) => /^\d+$/.test(name));
}

/** A socket that listens: its number, and the address as the table writes it. */
interface Listener {
  inode: string;
  local: string;
}

async function listeners(port: number): Promise<Listener[]> {
  const found: Listener[] = [];
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    // One of the two is missing where that version of IP is switched off.
    const text = await orIfOutOfReach(Deno.readTextFile(table), "");
    for (const line of text.split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (local?.endsWith(suffix) && state === LISTEN && inode) {
        found.push({ inode, local: local.slice(0, -suffix.length) });
      }
    }
  }
  return found;
}

async function unixListeners(path: string): Promise<Set<string>> {
  const inodes = new Set<string>();
  const text = await orIfOutOfReach(Deno.readTextFile("/proc/net/unix"), "");
  for (const line of text.split("\n").slice(1)) {
    const [, , , flags, , , inode, ...words] = line.trim().split(" ")
      .filter((word) => word !== "");
    if (flags === UNIX_LISTEN && inode && words.join(" ") === path) {
      inodes.add(inode);
    }
  }
  return inodes;
}

/** True when a process is known to hold one of some sockets. */
export async function holdsSocket(
  pid: number,
  inodes: ReadonlySet<string>,
): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const names = await orIfOutOfReach(
    Array.fromAsync(Deno.readDir(folder), ({ name }) => name),
    [],
  );
  for (const name of names) {
    const target = await orIfOutOfReach(Deno.readLink(`${folder}/${name}`), "");
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode && inodes.has(inode)) return true;
  }
  return false;
}

/** Returns `otherwise` for what is gone, or belongs to another user. */
async function orIfOutOfReach<T>(
  reading: Promise<T>,
  otherwise: T,
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (isOutOfReach(error)) return otherwise;
    throw error;
  }
}

function isOutOfReach(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.PermissionDenied ||
    (error instanceof Error && "code" in error && error.code === "ESRCH");
}
