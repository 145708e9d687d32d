/**
 * Opens the input of a run, a file or standard input, for ingest and for the
 * monolith.
 *
 * @module
 */

import { statIfThere } from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { asPathError } from "../../runtime/program/system_error.ts";
import { changedInput, type HeldFile, holdFile } from "./held_file.ts";
import {
  compressionOf,
  type Decompressed,
  decompressed,
} from "./decompressed.ts";
import type { InputFacts } from "./input_facts.ts";
import { untilAborted } from "./until_aborted.ts";

/** An open input; disposing of it closes it. */
export interface Input extends Disposable {
  /** In bytes, as it is stored; 0 where it is not known, as for a pipe. */
  readonly size: number;
  /** True where a line without an end may be one that is being written. */
  readonly isGrowing?: boolean;
  /** How much of `size` it took to give what is before `offset`. */
  doneBytes(offset: number): number;
  /** The program that unpacks it by hand, once something was read. @default {none} */
  unpackedBy?(): string | undefined;
  /**
   * Reads on, as an open file does.
   *
   * @throws {Fault} `cancelled` once the signal aborts, even where nothing
   * comes: a terminal or a pipe may be silent for ever.
   */
  read(buffer: Uint8Array): Promise<number | null>;
}

/**
 * Opens an input at its start, for one run.
 *
 * @param path Its path; "-" is standard input.
 * @param signal Ends the waiting for a pipe's writer, and the reading.
 * @param asItIs Leaves it compressed where it is. @default {false}
 * @throws {Fault} `failed_precondition` if it cannot be read.
 */
export async function openInput(
  path: string,
  signal: AbortSignal,
  asItIs = false,
): Promise<Input> {
  if (await isSeekable(path)) {
    const file = await holdInput(path);
    const input = await openFile(file, { path, signal, asItIs, offset: 0 });
    return {
      ...input,
      [Symbol.dispose]() {
        input[Symbol.dispose]();
        file.close();
      },
    };
  }
  const pipe = path === "-"
    ? { read: readStandardInput, close() {} }
    : await openPipe(path, signal);
  const source = asItIs ? undefined : decompressed(pipe, nameOfInput(path));
  const { read } = source ?? pipe;
  return {
    size: 0,
    doneBytes: (offset) => offset,
    unpackedBy: () => source?.unpackedBy(),
    read: (buffer) => untilAborted(read(buffer), signal),
    [Symbol.dispose]: () => pipe.close(),
  };
}

/** Where to open a file, and what it must be; see {@linkcode HeldFile.open}. */
export interface OpenOptions {
  path: string;
  /** Where to begin, in what it holds when it is decompressed. */
  offset: number;
  signal: AbortSignal;
  was?: InputFacts | undefined;
  /** Leaves it compressed where it is. */
  asItIs: boolean;
}

/**
 * Opens a held file at an offset. A compressed one is read from its start, and
 * what is before the offset is passed over.
 *
 * @throws {Fault} `failed_precondition` if it is not what it was, or is damaged.
 */
export async function openFile(
  file: HeldFile,
  { path, offset, signal, was, asItIs }: OpenOptions,
): Promise<Input> {
  if (asItIs) return await file.open(offset, signal, was);
  const stored = await file.open(0, signal, was);
  const source = decompressed(stored, nameOfInput(path));
  if (!await source.isCompressed()) {
    return offset === 0
      ? { ...stored, read: source.read }
      : await file.open(offset, signal, was);
  }
  const passed = await passOver(source, offset);
  if (passed < offset) {
    source[Symbol.dispose]();
    throw changedInput(
      path,
      `what it holds ends at byte ${passed}, and ${offset} were read`,
    );
  }
  return {
    size: stored.size,
    doneBytes: () => source.sourceBytes,
    unpackedBy: source.unpackedBy,
    read: source.read,
    [Symbol.dispose]: source[Symbol.dispose],
  };
}

/** Reads what is before `offset`; returns how much there was of it. */
async function passOver(
  source: Decompressed,
  offset: number,
): Promise<number> {
  const buffer = new Uint8Array(Math.min(offset, PASSED_BYTES));
  let at = 0;
  while (at < offset) {
    const count = await source.read(buffer.subarray(0, offset - at));
    if (count === null) break;
    at += count;
  }
  return at;
}

/** Bytes passed over at once. */
const PASSED_BYTES = 262_144;

/** What an input is called in messages. */
export function nameOfInput(path: string): string {
  return path === "-" ? "standard input" : `the input "${path}"`;
}

/**
 * Opens a file for as long as it is read, and reads it from any place.
 *
 * @throws {Fault} `failed_precondition` if it cannot be read.
 */
export async function holdInput(path: string): Promise<HeldFile> {
  try {
    return await holdFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Opens what gives its bytes only once; a named pipe waits for its writer.
 *
 * @throws {Fault} `cancelled` once the signal aborts, writer or not;
 * `failed_precondition` if it cannot be opened.
 */
export async function openPipe(
  path: string,
  signal: AbortSignal,
): Promise<Deno.FsFile> {
  const opening = openStream(path);
  try {
    return await untilAborted(opening, signal);
  } catch (error) {
    if (!(error instanceof Fault)) throw unreadable(path, error);
    // Nobody waits for it any more; its writer may still come.
    opening.then((late) => late.close(), () => {});
    throw error;
  }
}

/** @throws {Fault} `failed_precondition` for a folder: opening one is no error. */
async function openStream(path: string): Promise<Deno.FsFile> {
  const file = await Deno.open(path);
  if (!(await file.stat()).isDirectory) return file;
  file.close();
  throw new Fault(
    "failed_precondition",
    `Cannot read the input "${path}": it is a folder`,
  );
}

/** False for what gives its bytes only once. */
export async function isSeekable(path: string): Promise<boolean> {
  if (path === "-") return false;
  // Where there is none, opening it will say so in better words.
  return (await statIfThere(path))?.isFile ?? true;
}

/** The format that a file is compressed by; undefined for none. */
export async function compressionOfFile(
  path: string,
): Promise<string | undefined> {
  using file = await Deno.open(path);
  const first = new Uint8Array(16);
  const count = await file.read(first) ?? 0;
  return compressionOf(first.subarray(0, count));
}

/** The first of them that gives its bytes only once; undefined for none. */
export async function findPipe(
  paths: readonly string[],
): Promise<string | undefined> {
  for (const path of paths) if (!await isSeekable(path)) return path;
  return undefined;
}

/** Says that an input cannot be opened. */
export function unreadable(path: string, error: unknown): Fault {
  const cannot = `Cannot read the input "${path}"`;
  return new Fault(
    "failed_precondition",
    asPathError(cannot, error)?.message ?? `${cannot}: ${systemReason(error)}`,
    { cause: error },
  );
}

/** Reads on from standard input. */
export function readStandardInput(
  buffer: Uint8Array,
): Promise<number | null> {
  return Deno.stdin.read(buffer);
}
