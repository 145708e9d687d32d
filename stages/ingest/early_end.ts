/**
 * Ends the input of a run that would not end by itself, as of a pipe.
 *
 * All that was read when the end is asked for goes through. The line that was
 * read in part is read to its end, if that comes soon: whoever writes without a
 * pause is cut between two lines. So a chain that breaks and is opened anew
 * after that ends at the same place.
 *
 * @module
 */

import { after } from "../../runtime/program/abort.ts";
import type { Input } from "./input.ts";

/** Where a run ends that is told to. Offsets are those of the run. */
export interface EarlyEnd {
  /** Aborts when no more is to be read. */
  readonly signal: AbortSignal;
  /** What was read when the signal aborted ends here. */
  readonly offset: number;
  /** True once nothing follows `offset`, though it may be amid a line. */
  readonly isSettled: boolean;
  /** Notes that the inputs have been read up to `offset`. */
  note(offset: number): void;
  /** Ends the run, once; what was read elsewhere goes up to `readTo`. */
  finish(readTo?: number): void;
  /** Says that the rest of the line does not come. */
  settle(offset: number): void;
}

export function createEarlyEnd(): EarlyEnd {
  const ended = new AbortController();
  let offset = 0;
  let isSettled = false;
  return {
    signal: ended.signal,
    get offset() {
      return offset;
    },
    get isSettled() {
      return isSettled;
    },
    note(readTo) {
      if (!ended.signal.aborted) offset = Math.max(offset, readTo);
    },
    finish(readTo = 0) {
      if (!isSettled) offset = Math.max(offset, readTo);
      ended.abort();
    },
    settle(at) {
      offset = at;
      isSettled = true;
    },
  };
}

/** How long the rest of a line is waited for, in milliseconds. */
const REST_MS = 1_000;

const LINE_FEED = 0x0a;

/**
 * An input that ends early where the run does.
 *
 * @param from Where it stands, as an offset of the run: at the start of a line.
 */
export function endingEarly(input: Input, end: EarlyEnd, from: number): Input {
  let at = from;
  let isAtLineStart = true;
  let over = false;

  /** Takes what was read, up to where the run ends. */
  const taken = (buffer: Uint8Array, count: number): number => {
    let length = count;
    if (end.signal.aborted) {
      length = lengthWithin(buffer.subarray(0, count), end, at);
      over = length < count ||
        (at + length >= end.offset && endsLine(buffer, length));
    }
    if (length > 0) isAtLineStart = endsLine(buffer, length);
    at += length;
    end.note(at);
    return length;
  };
  return {
    ...input,
    async read(buffer) {
      if (over || hasEnded()) return null;
      const reading = input.read(buffer);
      const inTime = await before(end.signal, reading);
      if (inTime === null) return null;
      if (inTime !== undefined) return taken(buffer, inTime);
      if (hasEnded()) return null;
      // Up to where it was read by then it is there.
      const count = at < end.offset
        ? await reading
        : await within(REST_MS, reading);
      if (count === null) return null;
      if (count === undefined) {
        over = true;
        end.settle(at);
        return null;
      }
      return taken(buffer, count) || null;
    },
    [Symbol.dispose]: () => input[Symbol.dispose](),
  };

  function hasEnded(): boolean {
    return end.signal.aborted && at >= end.offset &&
      (isAtLineStart || end.isSettled);
  }
}

function endsLine(buffer: Uint8Array, length: number): boolean {
  return buffer[length - 1] === LINE_FEED;
}

/** How many of the bytes at `at` come before the end of the run. */
function lengthWithin(bytes: Uint8Array, end: EarlyEnd, at: number): number {
  const left = end.offset - at;
  if (end.isSettled) return Math.min(bytes.length, Math.max(0, left));
  // The line feed may be the last byte before the offset.
  const lineEnd = bytes.indexOf(LINE_FEED, Math.max(0, left - 1));
  return lineEnd < 0 ? bytes.length : lineEnd + 1;
}

/** Waits, but no longer than until `signal` aborts: undefined then. */
export function before<T>(
  signal: AbortSignal,
  wait: Promise<T>,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    if (signal.aborted) stop();
    // Not Promise.race: each would stay with the signal for the whole run.
    signal.addEventListener("abort", stop, { once: true });
    wait.then(resolve, reject).finally(() =>
      signal.removeEventListener("abort", stop)
    );
  });
}

/** Waits, but no longer than `ms` milliseconds: undefined then. */
function within<T>(ms: number, wait: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = after(ms, () => resolve(undefined));
    wait.then(resolve, reject).finally(cancel);
  });
}
