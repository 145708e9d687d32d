/**
 * An input file that stays open, so that a rename of another file into its place
 * does no harm, and that is known not to change below what is read.
 *
 * A run reads as many bytes as the file had at its start. What is appended is
 * left alone; a file that became shorter, or was written to elsewhere, ends the
 * run with words: part of it would be of one content and part of another.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";
import { untilAborted } from "./until_aborted.ts";
import { compareFile, describeInput, type InputFacts } from "./input_facts.ts";
import type { Input } from "./input.ts";

/** An open file. */
export interface HeldFile {
  /**
   * Reads from an offset on. One reader at a time: the newest.
   *
   * @param was What the file must be. @default {what it was when it was opened}
   * @throws {Fault} `failed_precondition` if it is another by now.
   */
  open(offset: number, signal: AbortSignal, was?: InputFacts): Promise<Input>;
  close(): void;
}

/** Time between two looks at the content of a file that grows. */
const LOOK_MS = 1_000;

/**
 * A read that takes longer, in milliseconds, is followed by one on a thread of
 * its own. Bytes that the system holds come at once, by a fraction of what it
 * costs to wake a thread; but a network file system may keep a stage from
 * everything else for as long as it likes.
 */
const SLOW_MS = 10;

/**
 * Opens a file for good.
 *
 * @throws {Deno.errors.NotFound} And what else opening a file can throw.
 */
export async function holdFile(path: string): Promise<HeldFile> {
  const file = await Deno.open(path);
  const atOpen = await describeInput(file, 0);
  /** Where the file stands; reading that nobody waits for any more moves it. */
  let place: number | undefined;
  /** True where the last read took long. */
  let isSlow = false;
  let busy: Promise<unknown> = Promise.resolve();
  /** Does one thing with the file at a time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = busy.then(work);
    busy = done.catch(() => {});
    return done;
  };
  const check = async (was: InputFacts) => {
    place = undefined;
    const [difference] = await compareFile(file, was);
    if (difference) throw changedInput(path, difference);
  };

  return {
    async open(offset, signal, was = atOpen) {
      const end = was.size > 0 ? was.size : Infinity;
      let at = offset;
      let looked = {
        size: was.size,
        changedMs: was.changedMs,
        atMs: -Infinity,
      };
      /** Looks at the file again where it is not what it was. */
      const look = async (whole: boolean) => {
        if (was.size === 0) return;
        const { size, mtime } = statNow(file);
        const changedMs = mtime?.getTime() ?? null;
        if (size === looked.size && changedMs === looked.changedMs) return;
        const nowMs = performance.now();
        if (size > was.size && !whole && nowMs < looked.atMs + LOOK_MS) return;
        await check(was);
        looked = { size, changedMs, atMs: nowMs };
      };
      const readOn = async (buffer: Uint8Array): Promise<number | null> => {
        if (at >= end) {
          await look(true);
          return null;
        }
        if (place !== at) await file.seek(at, Deno.SeekMode.Start);
        place = undefined;
        const part = buffer.subarray(0, Math.min(buffer.length, end - at));
        const startMs = performance.now();
        const count = isSlow ? await file.read(part) : readNow(file, part);
        isSlow = performance.now() - startMs > SLOW_MS;
        if (count === null && end < Infinity) {
          await check(was);
          throw changedInput(path, `the input ends at byte ${at} of ${end}`);
        }
        place = at += count ?? 0;
        await look(at >= end);
        return count;
      };
      await untilAborted(inTurn(() => check(was)), signal);
      return {
        size: was.size,
        doneBytes: (offset) => offset,
        read: (buffer) => untilAborted(inTurn(() => readOn(buffer)), signal),
        [Symbol.dispose]() {},
      };
    },
    close: () => file.close(),
  };
}

function readNow(file: Deno.FsFile, buffer: Uint8Array): number | null {
  return file.readSync(buffer);
}

function statNow(file: Deno.FsFile): Deno.FileInfo {
  return file.statSync();
}

/** Says that an input is not what it was. */
export function changedInput(path: string, difference: string): Fault {
  return new Fault(
    "failed_precondition",
    `Cannot go on with the input "${path}": ${difference}; a result would be of neither content, so start the run over, on a file that stays as it is`,
  );
}
