/**
 * What tells an input file from another, or from itself before a change.
 *
 * Whoever reads an input again compares it with what it was: ingest when it
 * opens it, and while it reads; the orchestrator when a run is resumed. Lines
 * that were appended are no change: a run reads what there was at its start.
 *
 * @module
 */

import { ifThere } from "../../runtime/files/optional_file.ts";

/** What is remembered of an input. */
export interface InputFacts {
  /** Tells the file from another of that name; null where the system cannot. */
  inode: number | null;
  /** In bytes; the run reads so many. Of 0 bytes it reads to the end. */
  size: number;
  /** When it was last changed, in milliseconds since 1970. */
  changedMs: number | null;
  /** The bytes before the place that was read to. */
  read: InputPart;
  /** The first bytes, and the last. */
  ends: InputPart[];
}

/** The bytes before `end`, `length` of them, by their SHA-256. */
export interface InputPart {
  end: number;
  length: number;
  sha256: string;
}

/** What is used of an open file. */
export type OpenFile = Pick<Deno.FsFile, "read" | "seek" | "stat">;

/** How much of each part is looked at, in bytes. */
const SAMPLE_BYTES = 65_536;

/** Describes an open file of which `end` bytes have been read. Moves its place. */
export async function describeInput(
  file: OpenFile,
  end: number,
): Promise<InputFacts> {
  const { ino, size, mtime } = await file.stat();
  return {
    inode: ino,
    size,
    changedMs: mtime?.getTime() ?? null,
    read: await describeRead(file, Math.min(end, size)),
    ends: [
      await describePart(file, Math.min(size, SAMPLE_BYTES)),
      await describePart(file, size),
    ],
  };
}

/** Describes the bytes before `end`. Moves the place of the file. */
export function describeRead(file: OpenFile, end: number): Promise<InputPart> {
  return describePart(file, end);
}

async function describePart(
  file: OpenFile,
  end: number,
  length = Math.min(end, SAMPLE_BYTES),
): Promise<InputPart> {
  const sample = new Uint8Array(length);
  await file.seek(end - length, Deno.SeekMode.Start);
  let at = 0;
  while (at < length) {
    const count = await file.read(sample.subarray(at));
    if (count === null) break;
    at += count;
  }
  const digest = await crypto.subtle.digest("SHA-256", sample.subarray(0, at));
  return { end, length, sha256: new Uint8Array(digest).toHex() };
}

/** Says how the file at `path` differs from what it was. */
export async function compareInput(
  path: string,
  was: InputFacts,
): Promise<string[]> {
  using file = await ifThere(Deno.open(path));
  return file
    ? await compareFile(file, was)
    : ["the input is not there any more"];
}

/** Says how each of several differs, by its name where there is more than one. */
export async function compareInputs(
  paths: readonly string[],
  was: readonly InputFacts[],
): Promise<string[]> {
  const differences: string[] = [];
  for (const [index, facts] of was.entries()) {
    const path = paths[index]!;
    const found = await compareInput(path, facts);
    differences.push(
      ...paths.length > 1 ? found.map((each) => `"${path}": ${each}`) : found,
    );
  }
  return differences;
}

/**
 * Says how an open file differs from what it was; nothing where lines have only
 * been appended. Moves its place.
 */
export async function compareFile(
  file: OpenFile,
  was: InputFacts,
): Promise<string[]> {
  const { ino, size, mtime } = await file.stat();
  const changedMs = mtime?.getTime() ?? null;
  if (was.inode !== null && ino !== null && was.inode !== ino) {
    return ["the input was replaced by another file"];
  }
  const differences: string[] = [];
  if (size < was.size) {
    differences.push(`the input had ${was.size} bytes and has ${size}`);
  }
  // Those of /proc have no size, and a new time at each look.
  if (size === was.size && size > 0 && changedMs !== was.changedMs) {
    differences.push(
      `the input was changed at ${dateOf(was.changedMs)} and then at ${
        dateOf(changedMs)
      }`,
    );
  }
  if (!await isSame(file, was.read)) {
    differences.push(
      `the input has other bytes before offset ${was.read.end}, which were read`,
    );
  } else if (size > was.size && !await areSame(file, was.ends)) {
    differences.push("the input was written anew: not only appended to");
  }
  return differences;
}

async function areSame(
  file: OpenFile,
  parts: readonly InputPart[],
): Promise<boolean> {
  for (const part of parts) {
    if (!await isSame(file, part)) return false;
  }
  return true;
}

async function isSame(
  file: OpenFile,
  { end, length, sha256 }: InputPart,
): Promise<boolean> {
  return (await describePart(file, end, length)).sha256 === sha256;
}

function dateOf(ms: number | null): string {
  return ms === null ? "an unknown time" : new Date(ms).toISOString();
}
