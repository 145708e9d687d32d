/**
 * A lock file beside what it locks. It is there while a process works on that,
 * and gone afterwards.
 *
 * The kernel holds the lock, so a process that was killed blocks nobody: the
 * next one takes over the file that it left behind. The file says `denizen
 * <pid>`. A file with other content is not ours and is left as it is.
 *
 * @module
 */

import { isAt, lockSoon } from "./lock.ts";
import { ifThere, removeIfThere } from "./optional_file.ts";

/** What came of asking for a lock. */
export type LockResult =
  | { status: "held"; lock: AsyncDisposable }
  /** Another process has it; its pid where the file says so. */
  | { status: "taken"; pid: number | undefined }
  /** There is something of this name that is no lock of ours. */
  | { status: "foreign" };

/** How often, and how long, whoever makes the file may take to say its pid. */
const TRIES = 20;
const WAIT_MS = 10;

const OURS = /^denizen (\d+)\n/;

/**
 * Asks for a lock; disposing of it removes the file.
 *
 * @param path Where the file is, or is made.
 */
export async function takeLock(path: string): Promise<LockResult> {
  for (let tries = 0; tries < TRIES; tries++) {
    const file = await openOrMake(path);
    if (file === "folder") return { status: "foreign" };
    if (file === undefined) continue; // it was given back just now
    const taken = await takeOpened(path, file);
    if (taken) return taken;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  return { status: "foreign" };
}

/** Tries once; undefined if it is to be tried again. */
async function takeOpened(
  path: string,
  { file, made }: OpenedFile,
): Promise<LockResult | undefined> {
  let held = false;
  try {
    const holder = OURS.exec(await readStart(file))?.[1];
    // Whoever looks into a file that we have just made holds it for a moment.
    if (!await (made ? lockSoon(file) : file.tryLock(true))) {
      return { status: "taken", pid: holder ? Number(holder) : undefined };
    }
    // Its holder may have removed it between our opening and our locking.
    if (!await isAt(path, file)) return undefined;
    if (!made && holder === undefined) {
      const { size } = await file.stat();
      return size === 0 ? undefined : { status: "foreign" };
    }
    await file.truncate();
    await file.seek(0, Deno.SeekMode.Start);
    await file.write(new TextEncoder().encode(`denizen ${Deno.pid}\n`));
    held = true;
    return { status: "held", lock: lockOn(path, file) };
  } catch (error) {
    if (made) await removeIfThere(path);
    throw error;
  } finally {
    if (!held) file.close();
  }
}

function lockOn(path: string, file: Deno.FsFile): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      try {
        if (await isAt(path, file)) await removeIfThere(path);
      } finally {
        file.close();
      }
    },
  };
}

interface OpenedFile {
  file: Deno.FsFile;
  /** False where it was there already. */
  made: boolean;
}

async function openOrMake(
  path: string,
): Promise<OpenedFile | "folder" | undefined> {
  const how = { read: true, write: true };
  try {
    return {
      file: await Deno.open(path, { ...how, createNew: true }),
      made: true,
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  // A link could lead to any file.
  const found = await ifThere(Deno.lstat(path));
  if (found && !found.isFile) return "folder";
  const file = await ifThere(Deno.open(path, how));
  return file && { file, made: false };
}

async function readStart(file: Deno.FsFile): Promise<string> {
  const bytes = new Uint8Array(64);
  await file.seek(0, Deno.SeekMode.Start);
  return new TextDecoder().decode(
    bytes.subarray(0, await file.read(bytes) ?? 0),
  );
}
