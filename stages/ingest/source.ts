/**
 * The input of a run, which can be read again from what is not yet saved.
 *
 * A file is opened anew; standard input or a named pipe goes through a spool,
 * which lasts as long as the process.
 *
 * @module
 */

import {
  type Input,
  openInput,
  readStandardInput,
  unreadable,
} from "./input.ts";
import { createSpool, type Spool } from "./spool.ts";

/** The input of one run. */
export interface Source {
  /**
   * Opens it at an offset.
   *
   * @throws {Fault} `failed_precondition` if it cannot be read from there.
   */
  open(offset: number, signal: AbortSignal): Promise<Input>;
  /** Says that what is before `offset` has been sent. */
  sent(offset: number): void;
  /** Says that what is before `offset` is needed no more. */
  forget(offset: number): void;
  /** True when something should be committed soon. */
  readonly pressed: boolean;
}

/** What is kept of a pipe besides the longest line, in bytes. */
const SPOOL_BYTES = 67_108_864;

/**
 * @param path The input's path; "-" is standard input.
 * @param maxLine The longest line, in bytes.
 */
export function createSource(path: string, maxLine: number): Source {
  let spool: Spool | undefined;
  const createPipeSpool = async () => {
    const maxBytes = SPOOL_BYTES + maxLine;
    return path === "-"
      ? createSpool(readStandardInput, maxBytes)
      : createSpool(await readerOf(path), maxBytes, `"${path}"`);
  };
  return {
    async open(offset, signal) {
      if (await isSeekable(path)) return await openInput(path, offset, signal);
      spool ??= await createPipeSpool();
      return spool.open(offset, signal);
    },
    sent: (offset) => spool?.sent(offset),
    forget: (offset) => spool?.forget(offset),
    get pressed() {
      return spool?.pressed ?? false;
    },
  };
}

/** False for what gives its bytes only once. */
export async function isSeekable(path: string): Promise<boolean> {
  if (path === "-") return false;
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    // Opening it will say so in better words.
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

/** Opens a pipe, which waits for its writer, for as long as the process lasts. */
async function readerOf(path: string): Promise<typeof readStandardInput> {
  try {
    const file = await Deno.open(path);
    return (buffer) => file.read(buffer);
  } catch (error) {
    throw unreadable(path, error);
  }
}
