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
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const { name } of await orIfOutOfReach(listProcesses(), [])) {
    if (!(await holdsSocket(name, inodes))) continue;
    const program = await orIfOutOfReach(
      Deno.readTextFile(`/proc/${name}/comm`),
      "unknown program",
    );
    return { pid: Number(name), program: program.trim() };
  }
  return undefined;
}

async function listProcesses(): Promise<Deno.DirEntry[]> {
  const entries = await Array.fromAsync(Deno.readDir("/proc"));
  return entries.filter(({ name }) => /^\d+$/.test(name));
}

async function listeningInodes(port: number): Promise<Set<string>> {
  const inodes = new Set<string>();
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    // One of the two is missing where that version of IP is switched off.
    const text = await orIfOutOfReach(Deno.readTextFile(table), "");
    for (const line of text.split("\n").slice(1)) {
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
