/**
 * The bytes of the input that lines are cut from.
 *
 * They come in at the end and go at the front: it reads, finds line ends, and
 * keeps what is still needed. It knows nothing of events and batches.
 *
 * @module
 */

import { LONGEST_TIMER_MS } from "../../runtime/program/abort.ts";

/** Where bytes come from; an open file is one. */
export type ByteSource = Pick<Deno.FsFile, "read">;

/** The bytes at hand; places in them are indexes of `bytes`. */
export interface LineBuffer {
  /** Its memory; of this, what is from `start` to `end` is of the input. */
  readonly bytes: Uint8Array;
  /** The first byte that is still needed; only the caller moves it. */
  start: number;
  /** Where the next line begins; only the caller moves it. */
  lineStart: number;
  /** Where the bytes end that were read. */
  readonly end: number;
  /** Offset in the input of the first of `bytes`. */
  readonly offset: number;
  /** When bytes came last, in milliseconds since 1970. */
  readonly arrivedMs: number;
  /** Finds the line feed of the line at `lineStart`; -1 where it is not read. */
  findLineEnd(): number;
  /**
   * Reads on, and moves the bytes from `start` on to the front.
   *
   * @param withinMs How long to wait for bytes. They are not lost when they come
   * too late: the next call waits for the same ones.
   * @throws What reading fails with.
   */
  fill(withinMs?: number): Promise<"filled" | "ended" | "late">;
}

/**
 * Bytes read from the input at once. Larger ones do not stay in the processor's
 * nearer caches until they are cut and copied, which makes all of that slower.
 */
const CHUNK_BYTES = 262_144;

/**
 * @param maxBytes The most bytes that are needed at once, without those of one
 * more read.
 * @param offset Where in the input `source` stands.
 */
export function createLineBuffer(
  source: ByteSource,
  maxBytes: number,
  offset: number,
): LineBuffer {
  const capacity = Math.ceil((maxBytes + CHUNK_BYTES) / WORD_BYTES);
  const words = new Int32Array(capacity);
  const bytes = new Uint8Array(words.buffer);
  /** Before this, there is no line end after `lineStart`. */
  let searched = 0;
  /** The reading that is under way, perhaps since a call that came too late. */
  let reading: Promise<number | null> | undefined;

  const startReading = () => {
    const { start, end } = buffer;
    bytes.copyWithin(0, start, end);
    buffer.offset += start;
    buffer.lineStart -= start;
    buffer.end -= start;
    buffer.start = 0;
    searched -= start;
    const reading = source.read(
      bytes.subarray(buffer.end, buffer.end + CHUNK_BYTES),
    );
    reading.catch(() => {}); // whoever waits for it hears of it
    return reading;
  };

  const buffer = {
    bytes,
    start: 0,
    lineStart: 0,
    end: 0,
    offset,
    arrivedMs: 0,
    findLineEnd() {
      const from = Math.max(searched, buffer.lineStart);
      const found = findLineFeed(words, from, buffer.end);
      searched = found < 0 ? buffer.end : found;
      return found;
    },
    async fill(withinMs = Infinity) {
      if (withinMs <= 0) return "late";
      reading ??= startReading();
      if (withinMs < Infinity && !await isSettledWithin(reading, withinMs)) {
        return "late";
      }
      const count = await reading;
      reading = undefined;
      buffer.arrivedMs = performance.timeOrigin + performance.now();
      buffer.end += count ?? 0;
      return count === null ? "ended" : "filled";
    },
  } satisfies LineBuffer;
  return buffer;
}

const WORD_BYTES = 4;

/**
 * Finds a line feed by four bytes at a time, of which most have none.
 *
 * @param words The bytes, little-endian.
 * @param from The index of the first byte that may be one.
 * @param to The index after the last; what is behind it does not matter.
 * @returns Its index, or -1.
 */
function findLineFeed(words: Int32Array, from: number, to: number): number {
  const last = (to - 1) >> 2;
  let at = from >> 2;
  if (at > last) return -1;
  // The bytes before `from` are made others than a line feed.
  let found = lineFeedsOf(words[at]! | ((1 << ((from & 3) << 3)) - 1));
  if (found === 0) {
    at++;
    while (
      at + 3 <= last &&
      (lineFeedsOf(words[at]!) | lineFeedsOf(words[at + 1]!) |
          lineFeedsOf(words[at + 2]!) | lineFeedsOf(words[at + 3]!)) === 0
    ) at += 4;
    while (at <= last && (found = lineFeedsOf(words[at]!)) === 0) at++;
    if (found === 0) return -1;
  }
  const lowestBit = 31 - Math.clz32(found & -found);
  const index = (at << 2) + (lowestBit >> 3);
  return index < to ? index : -1;
}

/**
 * Marks line feeds by the highest bit of their byte; only the lowest mark counts.
 * A byte that is 0 loses one to the subtraction and then has that bit, which it
 * did not have before (H. S. Warren, "Hacker's Delight", section 6-1).
 */
function lineFeedsOf(word: number): number {
  const others = word ^ 0x0a0a0a0a;
  return (others - 0x01010101) & ~others & 0x80808080;
}

/** True if `work` comes to an end, in whatever way, in so many milliseconds. */
function isSettledWithin(
  work: Promise<unknown>,
  ms: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve(false),
      Math.min(ms, LONGEST_TIMER_MS),
    );
    const settled = () => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(settled, settled);
  });
}
