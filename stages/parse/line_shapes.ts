/**
 * Compares a line with the shapes of those before.
 *
 * Most lines of a file have one of a few shapes: the same keys in the same
 * order, and other values. What stands between the values of a line that was
 * scanned is kept, as a tree, since shapes mostly begin alike. Where a line has
 * the same bytes there, it has the same keys, colons, commas and brackets, and
 * only its values are left to scan: it is right JSON where they are. Anything
 * else is no match, which says nothing of the line.
 *
 * @module
 */

import { ABSENT, type Found, MISS, NESTED } from "./found.ts";
import type { ScanKey } from "./scan_plan.ts";
import type { ScanScalar } from "./scan_scalar.ts";

/** A value of a line that is no object and no array. */
export interface Scalar {
  /** Where it begins and ends, as an index into the bytes. */
  start: number;
  end: number;
  key: ScanKey;
}

/** The shapes of lines. */
export interface LineShapes {
  /**
   * Takes that of a line which has just been scanned, and found right, if there
   * is room for it: what is kept is bounded, whatever the lines are.
   *
   * @param view The same bytes.
   * @param scalars All of its values, in their order.
   * @param end Where its line feed is.
   */
  learn(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    scalars: readonly Scalar[],
    end: number,
  ): void;
  /** True once there was no room for one. */
  readonly isFull: boolean;
  /** Forgets them all. */
  forget(): void;
  /**
   * Scans the values of a line of one of these shapes.
   *
   * @param view The same bytes.
   * @returns Where its line feed is; `MISS` if it is of another shape, or if a
   * value is wrong or unusual.
   */
  scan(bytes: Uint8Array, view: DataView, start: number): number;
}

/** So many gaps are kept in all. */
export const MOST_GAPS = 256;
/** The longest one that is kept, in bytes. */
const MOST_GAP_BYTES = 1_024;
/** So many may follow a value. */
const MOST_NEXT = 8;

/** What stands in front of a value, or behind the last one. */
interface Gap {
  /** Its bytes, as many as there are in fours, in the order of little endian. */
  words: readonly number[];
  /** The bytes after them: three at most. */
  rest: readonly number[];
  /** How many bytes it has in all. */
  length: number;
  /** Whose value is behind it; undefined where the line ends with it. */
  key: ScanKey | undefined;
  /** What may stand behind that value, the longest first. */
  next: Gap[];
  /** Which slots hold an object or an array, in a line that ends with it. */
  nested: readonly number[];
}

/** @param slots How many slots there are, without that of unwanted values. */
export function createLineShapes(
  { kind }: Found,
  slots: number,
  scanScalar: ScanScalar,
): LineShapes {
  let first: Gap[] = [];
  let count = 0;
  let isFull = false;

  /** Returns the gap that is here, a new one if need be and if there is room. */
  function learnGap(
    gaps: Gap[],
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    key: ScanKey | undefined,
  ): Gap | undefined {
    const known = gaps.find((gap) =>
      gap.key === key && gap.length === end - start &&
      isAt(bytes, view, start, gap)
    );
    if (known || end - start > MOST_GAP_BYTES) return known;
    isFull ||= gaps.length >= MOST_NEXT || count >= MOST_GAPS;
    if (isFull) return undefined;
    const gap = gapOf(bytes, view, start, end, key);
    // One that begins with another is longer, and has to be tried before it.
    const place = gaps.findIndex((other) => other.length < gap.length);
    gaps.splice(place < 0 ? gaps.length : place, 0, gap);
    count++;
    return gap;
  }

  return {
    get isFull() {
      return isFull;
    },
    learn(bytes, view, start, scalars, end) {
      let from = start;
      let gaps = first;
      for (const { start, end, key } of scalars) {
        const gap = learnGap(gaps, bytes, view, from, start, key);
        if (gap === undefined) return;
        from = end;
        gaps = gap.next;
      }
      const last = learnGap(gaps, bytes, view, from, end + 1, undefined);
      if (last === undefined) return;
      const wanted = [...kind.subarray(0, slots).keys()];
      last.nested = wanted.filter((slot) => kind[slot] === NESTED);
    },
    forget() {
      first = [];
      count = 0;
      isFull = false;
    },
    scan(bytes, view, start) {
      for (let slot = 0; slot < slots; slot++) kind[slot] = ABSENT;
      let at = start;
      let gaps = first;
      for (;;) {
        const gap = gapAt(bytes, view, at, gaps);
        if (gap === undefined) return MISS;
        at += gap.length;
        if (gap.key === undefined) {
          for (const slot of gap.nested) kind[slot] = NESTED;
          return at - 1;
        }
        at = scanScalar(bytes, view, at, gap.key);
        if (at === MISS) return MISS;
        gaps = gap.next;
      }
    },
  };
}

function gapOf(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  key: ScanKey | undefined,
): Gap {
  const words: number[] = [];
  let at = start;
  for (; at + 4 <= end; at += 4) words.push(view.getInt32(at, true));
  const rest = [...bytes.subarray(at, end)];
  return { words, rest, length: end - start, key, next: [], nested: [] };
}

/** Returns the first of the gaps that stands at `start`. */
function gapAt(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  gaps: readonly Gap[],
): Gap | undefined {
  for (let each = 0; each < gaps.length; each++) {
    const gap = gaps[each]!;
    if (isAt(bytes, view, start, gap)) return gap;
  }
  return undefined;
}

/** True where the bytes of a gap stand at `start`. */
function isAt(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  { words, rest, length }: Gap,
): boolean {
  if (start + length > bytes.length) return false;
  let at = start;
  for (let word = 0; word < words.length; word++, at += 4) {
    if (view.getInt32(at, true) !== words[word]) return false;
  }
  for (let byte = 0; byte < rest.length; byte++, at++) {
    if (bytes[at] !== rest[byte]) return false;
  }
  return true;
}
