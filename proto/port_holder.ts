/**
 * Finds the process that listens on a TCP port, for error messages.
 *
 * Reads /proc, so it knows only on Linux and only in a process that may read
 * it; elsewhere the answer is "not known".
 *
 * @module
 */

/** A process, as a person would look it up. */
export interface Holder {
  pid: number;
  /** Its program, for example "deno". */
  program: string;
}

/** How /proc/net/tcp writes the state LISTEN. */
const LISTEN = "0A";

/** Returns the process that listens on `port`; undefined where not known. */
export async function findPortHolder(
  port: number,
): Promise<Holder | undefined> {
  try {
    const inodes = await listeningInodes(port);
    if (inodes.size === 0) return undefined;
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name) || !(await holdsSocket(name, inodes))) continue;
      const program = await Deno.readTextFile(`/proc/${name}/comm`);
      return { pid: Number(name), program: program.trim() };
    }
  } catch (error) {
    // No /proc, or no right to read it: the caller's message goes without.
    if (isOutOfReach(error)) return undefined;
    throw error;
  }
  return undefined;
}

async function listeningInodes(port: number): Promise<Set<string>> {
  const inodes = new Set<string>();
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of (await Deno.readTextFile(table)).split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (local?.endsWith(suffix) && state === LISTEN && inode) {
        inodes.add(inode);
      }
    }
  }
  return inodes;
}

async function holdsSocket(
  pid: string,
  inodes: Set<string>,
): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(`/proc/${pid}/fd`)) {
      const target = await Deno.readLink(`/proc/${pid}/fd/${name}`);
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode && inodes.has(inode)) return true;
    }
  } catch (error) {
    // The process or the descriptor is gone, or belongs to another user.
    if (!isOutOfReach(error)) throw error;
  }
  return false;
}

function isOutOfReach(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.PermissionDenied ||
    (error instanceof Error && "code" in error && error.code === "ESRCH");
}
