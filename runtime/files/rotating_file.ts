/**
 * Appends to a file that is rotated and that only this user may read: `<path>` is the file that is being
 * written, `<path>.1` is the one before it, and so on. rotated_lines.ts reads
 * them.
 *
 * It goes on whatever happens to the file. It opens the file anew after a write
 * has failed, and after somebody has removed or replaced it.
 *
 * @module
 */

import { dirname } from "node:path";
import { renameIfThereNow, statIfThere } from "./optional_file.ts";
import { PRIVATE_FILE, PRIVATE_FOLDER } from "./own_folder.ts";
import { systemReason } from "./system_reason.ts";
import { endsTorn } from "./torn_line.ts";

/** A file that grows, and is rotated. */
export interface RotatingFile extends AsyncDisposable {
  /** Adds whole lines; blocks are written one after the other. */
  append(bytes: Uint8Array): Promise<Appended>;
}

/** How an append went. It can always be tried again. */
export type Appended =
  | { status: "written" }
  /** `written`: how many bytes are in the file all the same. */
  | { status: "failed"; reason: string; written: number };

/** Options for {@linkcode openRotatingFile}. */
export interface RotatingFileOptions {
  /** Size at which a file is full; the last block may exceed it. */
  maxBytes: number;
  /** How many files are kept, the one being written included. */
  maxFiles: number;
}

/** How old the knowledge may be that the file is still there, in milliseconds. */
const LOOK_MS = 200;

interface OpenFile {
  file: Deno.FsFile;
  inode: number | null;
  size: number;
  lookedAtMs: number;
}

/** Makes the writer of a file, which is made with the first block. */
export function openRotatingFile(
  path: string,
  { maxBytes, maxFiles }: RotatingFileOptions,
): RotatingFile {
  let open: OpenFile | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const rotate = () => {
    if (maxFiles === 1) return Deno.writeFileSync(path, new Uint8Array());
    moveOn(path, maxFiles);
  };

  const close = () => {
    open?.file.close();
    open = undefined;
  };
  const ready = async (): Promise<OpenFile> => {
    if (open && performance.now() - open.lookedAtMs > LOOK_MS) {
      const there = await statIfThere(path);
      if (there === undefined || there.ino !== open.inode) close();
      // Somebody may have emptied it.
      else {Object.assign(open, {
          size: there.size,
          lookedAtMs: performance.now(),
        });}
    }
    if (open && open.size >= maxBytes) {
      close();
      rotate();
    }
    return open ??= await openAtEnd(path);
  };
  const appendNow = async (bytes: Uint8Array): Promise<Appended> => {
    let written = 0;
    try {
      const target = await ready();
      while (written < bytes.length) {
        const count = await target.file.write(bytes.subarray(written));
        written += count;
        target.size += count;
      }
      return { status: "written" };
    } catch (error) {
      close(); // the next block begins with a line of its own
      return { status: "failed", reason: systemReason(error), written };
    }
  };
  return {
    append(bytes) {
      const appended = last.then(() => appendNow(bytes));
      last = appended;
      return appended;
    },
    async [Symbol.asyncDispose]() {
      await last;
      close();
    },
  };
}

/**
 * Moves `<path>` to `<path>.1`, that to `<path>.2` and so on; the oldest goes.
 * Without yielding: there may be hundreds, and most of them not there yet.
 */
export function moveOn(path: string, maxFiles: number): void {
  const rotated = (index: number) => index === 0 ? path : `${path}.${index}`;
  for (let index = maxFiles - 1; index > 0; index--) {
    renameIfThereNow(rotated(index - 1), rotated(index));
  }
}

async function openAtEnd(path: string): Promise<OpenFile> {
  // What was half written when a disk was full, or a writer killed, stays apart.
  const torn = endsTorn(path);
  const file = await openOrMake(path);
  try {
    if (torn) await file.write(new Uint8Array([0x0a]));
    const { ino: inode, size } = await file.stat();
    return { file, inode, size, lookedAtMs: performance.now() };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function openOrMake(path: string): Promise<Deno.FsFile> {
  const options = { append: true, create: true, mode: PRIVATE_FILE };
  try {
    return await Deno.open(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // It was removed.
    await Deno.mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    return await Deno.open(path, options);
  }
}
