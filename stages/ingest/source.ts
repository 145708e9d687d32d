/**
 * The input of a run, which can be read again from what is not yet saved.
 *
 * A file stays open as long as the process lasts; standard input or a named pipe
 * goes through a spool, which lasts as long. What is compressed is decompressed;
 * offsets are those in what comes out.
 *
 * @module
 */

import { decompressed } from "./decompressed.ts";
import type { HeldFile } from "./held_file.ts";
import {
  holdInput,
  type Input,
  isSeekable,
  nameOfInput,
  openFile,
  openPipe,
  readStandardInput,
} from "./input.ts";
import type { InputFacts } from "./input_facts.ts";
import { createSpool, type Spool } from "./spool.ts";

/** The input of one run. */
export interface Source {
  /**
   * Opens it at an offset.
   *
   * @param was What a file must be, where a process before this one may have
   * read of it. @default {what it was when it was opened}
   * @throws {Fault} `failed_precondition` if it cannot be read from there, or is
   * not what it was.
   */
  open(offset: number, signal: AbortSignal, was?: InputFacts): Promise<Input>;
  /** Says that what is before `offset` has been sent. */
  sent(offset: number): void;
  /** Says that what is before `offset` is needed no more. */
  forget(offset: number): void;
  /** True when something should be committed soon. */
  readonly pressed: boolean;
  /** How far it has been read, where that is not again possible; else 0. */
  readonly readTo: number;
  /** Says that little more will be read, so that it waits for no room. */
  finish(): void;
  /** Lets go of it, once all of it is saved. */
  close(): void;
}

/** What is kept of a pipe besides the longest line, in bytes. */
const SPOOL_BYTES = 67_108_864;

/**
 * @param path The input's path; "-" is standard input.
 * @param maxLine The longest line, in bytes.
 * @param asItIs Leaves it compressed where it is. @default {false}
 */
export function createSource(
  path: string,
  maxLine: number,
  asItIs = false,
): Source {
  let spool: Spool | undefined;
  let unpackedBy = (): string | undefined => undefined;
  let file: HeldFile | undefined;
  const createPipeSpool = async (signal: AbortSignal) => {
    const maxBytes = SPOOL_BYTES + maxLine;
    const pipe = path === "-"
      ? { read: readStandardInput }
      : await openPipe(path, signal);
    const { read } = asItIs
      ? { read: (buffer: Uint8Array) => pipe.read(buffer) }
      : { unpackedBy } = decompressed(pipe, nameOfInput(path));
    const name = path === "-" ? nameOfInput(path) : `"${path}"`;
    return createSpool(read, maxBytes, name);
  };
  return {
    async open(offset, signal, was) {
      // By now another kind of thing may have that name.
      if (file || (!spool && await isSeekable(path))) {
        file ??= await holdInput(path);
        return await openFile(file, { path, offset, signal, was, asItIs });
      }
      spool ??= await createPipeSpool(signal);
      return { ...spool.open(offset, signal), unpackedBy };
    },
    sent: (offset) => spool?.sent(offset),
    forget: (offset) => spool?.forget(offset),
    get pressed() {
      return spool?.pressed ?? false;
    },
    get readTo() {
      return spool?.readTo ?? 0;
    },
    finish: () => spool?.finish(),
    close: () => file?.close(),
  };
}
