/**
 * Looks at the files that a followed file may be: opens them, and finds the ones
 * that a rotation has given another name.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { ifThere, statIfThere } from "../../runtime/files/optional_file.ts";
import {
  type FoundFile,
  type Generation,
  type Head,
  HEAD_BYTES,
  isSameInode,
} from "./generation.ts";

/** An open file. */
export interface HeldGeneration {
  file: Deno.FsFile;
  /** Its first bytes, as far as they are known. */
  head: Uint8Array<ArrayBuffer>;
}

/** What a file is known by, apart from its bytes. */
export function foundFile(name: string, info: Deno.FileInfo): FoundFile {
  return {
    name,
    device: info.dev,
    inode: info.ino ?? 0,
    bornMs: info.birthtime?.getTime() ?? null,
    changedMs: info.mtime?.getTime() ?? 0,
  };
}

/** The files beside a path, it included. */
export async function filesBeside(path: string): Promise<FoundFile[]> {
  const folder = dirname(path);
  const found: FoundFile[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile) continue;
    const info = await statIfThere(join(folder, name));
    if (info?.isFile) found.push(foundFile(name, info));
  }
  return found;
}

/** Opens a file; undefined if there is none. */
export async function holdGeneration(
  path: string,
): Promise<{ held: HeldGeneration; found: FoundFile } | undefined> {
  const file = await ifThere(Deno.open(path));
  if (!file) return undefined;
  const found = foundFile(basename(path), await file.stat());
  return { held: { file, head: readHead(file) }, found };
}

/**
 * Finds a generation under the name it has now, and opens it.
 *
 * @param offset So much of it was read: a shorter file is another.
 */
export async function findGeneration(
  path: string,
  generation: Generation,
  offset: number,
): Promise<HeldGeneration | undefined> {
  // A rotation may come between finding a name and opening it.
  for (let tries = 0; tries < TRIES; tries++) {
    const files = (await filesBeside(path))
      .filter((file) => isSameInode(file, generation));
    if (files.length === 0) return undefined;
    for (const { name } of files) {
      const opened = await holdGeneration(join(dirname(path), name));
      if (!opened) continue;
      const { held, found } = opened;
      if (isSameInode(found, generation)) {
        if (
          held.file.statSync().size >= offset &&
          await begins(held.head, generation.head)
        ) return held;
        held.file.close();
        return undefined;
      }
      held.file.close();
    }
  }
  return undefined;
}

const TRIES = 5;

/** The first bytes of a file. Moves its place. */
export function readHead(
  file: Deno.FsFile,
  length = HEAD_BYTES,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  file.seekSync(0, Deno.SeekMode.Start);
  let at = 0;
  while (at < length) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) break;
    at += count;
  }
  return bytes.subarray(0, at);
}

/** True for bytes that begin with others. */
export function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length &&
    start.every((byte, at) => byte === bytes[at]);
}

/** Describes first bytes. */
export async function headOf(bytes: Uint8Array<ArrayBuffer>): Promise<Head> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return { length: bytes.length, sha256: new Uint8Array(digest).toHex() };
}

async function begins(
  bytes: Uint8Array<ArrayBuffer>,
  head: Head,
): Promise<boolean> {
  const { length, sha256 } = await headOf(bytes.subarray(0, head.length));
  return length === head.length && sha256 === head.sha256;
}
