/**
 * Reads the lines of a file that is rotated while it is read.
 *
 * `<path>` is the file that is being written, `<path>.1` is the one before it,
 * and so on. A file is complete once there is a newer one. Files that are still
 * to be read stay open: no rotation can take them away, and no new file can get
 * their inode numbers.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { ifThere, statIfThere } from "./optional_file.ts";

/** Reads whole lines, each time from where it stopped before. */
export interface RotatedLines extends Disposable {
  /**
   * Returns the next lines, without their ends; none if there are none now. Half
   * a line at the end of the newest file is still being written, and waits.
   */
  read(): Promise<string[]>;
}

/** Options for {@linkcode openRotatedLines}. */
export interface RotatedLinesOptions {
  /**
   * Called when files may have been removed, or cut, that had not been read.
   *
   * @default {nothing}
   */
  onMissed?: () => void;
}

/** Most bytes that are read at once. */
const CHUNK_BYTES = 2 ** 16;
/** So often, in reads, newer files are opened before they are needed. */
const LOOK_AHEAD = 16;

/** Opens a file and those before it, from the oldest line that is kept. */
export function openRotatedLines(
  path: string,
  { onMissed = () => {} }: RotatedLinesOptions = {},
): RotatedLines {
  const folder = dirname(path);
  const name = basename(path);
  let current: OpenFile | undefined;
  /** Those after the current one, oldest first. */
  let newer: OpenFile[] = [];
  let reads = 0;

  const pathAt = (index: number) => index === 0 ? path : `${path}.${index}`;
  const inodeAt = async (index: number) =>
    (await statIfThere(pathAt(index)))?.ino ?? undefined;

  /** The inode of the next newer file; a rotation may have left gaps. */
  const inodeBefore = async (index: number) => {
    for (let before = index - 1; before >= 0; before--) {
      const inode = await inodeAt(before);
      if (inode !== undefined) return inode;
    }
  };

  /** Where a file is by now; undefined if it is not there any more. */
  const placeOf = async (inode: number) => {
    for (let index = 0; index <= await highestIndex(folder, name); index++) {
      if (await inodeAt(index) === inode) return index;
    }
  };

  /** Opens what has come after the newest open file, or everything there is. */
  const lookForNewer = async () => {
    const newest = newer.at(-1) ?? current;
    const newestFirst: OpenFile[] = [];
    // From the newest on, as rotation moves them: none can be passed over.
    for (let index = 0;; index++) {
      const opened = await openFile(pathAt(index));
      if (!opened) {
        if (index > await highestIndex(folder, name)) break;
        continue; // is being renamed
      }
      const last = newestFirst.at(-1)?.inode;
      // Between two looks there may have been rotations: what is here now can be
      // newer than what was found last, which has moved on.
      if (last !== undefined && await inodeBefore(index) !== last) {
        opened.file.close();
        index = await placeOf(last) ?? index;
        continue;
      }
      if (opened.inode === newest?.inode) {
        opened.file.close();
        newer.push(...newestFirst.reverse());
        return;
      }
      newestFirst.push(opened);
    }
    if (newest && newestFirst.length > 0) onMissed();
    newer.push(...newestFirst.reverse());
  };

  return {
    async read() {
      // A writer may be about to remove what a slow reader has not reached.
      if (++reads % LOOK_AHEAD === 0) await lookForNewer();
      for (;;) {
        const complete = newer.length > 0;
        const lines = current ? await readLines(current, onMissed) : [];
        if (lines.length > 0) return lines;
        if (!complete) await lookForNewer();
        if (newer.length === 0) return [];
        if (current && !complete) continue; // it may have got more meanwhile
        current?.file.close();
        current = newer.shift();
      }
    },
    [Symbol.dispose]() {
      for (const { file } of current ? [current, ...newer] : newer) {
        file.close();
      }
      current = undefined;
      newer = [];
    },
  };
}

/** A file that is being read. */
interface OpenFile {
  file: Deno.FsFile;
  inode: number;
  /** How many bytes have been read. */
  offset: number;
  /** The line that has no end yet. */
  rest: Uint8Array;
}

async function openFile(path: string): Promise<OpenFile | undefined> {
  const file = await ifThere(Deno.open(path));
  if (!file) return undefined;
  const inode = (await file.stat()).ino ?? 0;
  return { file, inode, offset: 0, rest: new Uint8Array() };
}

/** Returns the number of the oldest file; 0 if there is none with a number. */
async function highestIndex(folder: string, name: string): Promise<number> {
  const entries = await ifThere(Array.fromAsync(Deno.readDir(folder))) ?? [];
  const numbers = entries.filter((entry) => entry.name.startsWith(`${name}.`))
    .map((entry) => entry.name.slice(name.length + 1))
    .filter((end) => /^\d+$/.test(end));
  return Math.max(0, ...numbers.map(Number));
}

/** Reads on to the end of a line, or to that of the file. */
async function readLines(
  opened: OpenFile,
  onMissed: () => void,
): Promise<string[]> {
  const { file } = opened;
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (;;) {
    const count = await file.read(chunk);
    if (count === null) {
      if ((await file.stat()).size >= opened.offset) return [];
      // Somebody has emptied it; what is written from now on begins anew.
      onMissed();
      await file.seek(0, Deno.SeekMode.Start);
      opened.offset = 0;
      opened.rest = new Uint8Array();
      continue;
    }
    opened.offset += count;
    const read = chunk.subarray(0, count);
    const end = read.lastIndexOf(NEWLINE);
    if (end < 0) {
      opened.rest = joined(opened.rest, read);
      continue;
    }
    const whole = joined(opened.rest, read.subarray(0, end));
    opened.rest = read.slice(end + 1);
    return new TextDecoder().decode(whole).split("\n");
  }
}

const NEWLINE = 0x0a;

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
