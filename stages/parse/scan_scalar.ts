/**
 * Reads a string, a number or a word of JSON, and notes where it is.
 *
 * @module
 */

import {
  FALSE,
  type Found,
  INTEGER,
  MISS,
  NULL,
  NUMBER,
  STRING,
  TIMESTAMP,
  TRUE,
} from "./found.ts";
import type { ScanKey } from "./scan_plan.ts";
import { MINUTE_BYTES, secondsEnd, timestampEnd } from "./timestamp.ts";

/**
 * Scans the value at `start`, which is neither an object nor an array.
 *
 * @param view The same bytes.
 * @param key Whose value it is.
 * @returns Where it ends, or `MISS`.
 */
export type ScanScalar = (
  bytes: Uint8Array,
  view: DataView,
  start: number,
  key: ScanKey,
) => number;

/** So many digits fit a double, whatever they are. */
const MAX_DIGITS = 15;

// Each file has the names of its bytes itself: what is imported is looked up at
// each use, and scanning takes 1.4 times as long.
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LETTER_E = 0x45;
const BACKSLASH = 0x5c;
const SMALL_E = 0x65;
const SMALL_F = 0x66;
const SMALL_N = 0x6e;
const SMALL_T = 0x74;
const SMALL_U = 0x75;
const FIRST_NOT_ASCII = 0x80;

/** By byte: 1 for what a string goes on over, 0 for what it stops at. */
const PLAIN = Uint8Array.from(
  { length: 256 },
  (_, byte) =>
    byte >= SPACE && byte < FIRST_NOT_ASCII && byte !== QUOTE &&
      byte !== BACKSLASH
      ? 1
      : 0,
);
const TRUE_BYTES = new TextEncoder().encode("true");
const FALSE_BYTES = new TextEncoder().encode("false");
const NULL_BYTES = new TextEncoder().encode("null");
/** What may follow a backslash, besides "u" and four digits. */
const ESCAPED = new TextEncoder().encode('"\\/bfnrt');

/** @param unwanted The key of what is only checked, and not noted. */
export function createScalars(
  { kind, from, to, integer }: Found,
  unwanted: ScanKey,
): ScanScalar {
  /**
   * Date, hour and minute of the last time, as they stand: times that come one
   * after the other mostly have them in common, and need not be checked again.
   */
  const minute = new Int32Array(MINUTE_BYTES / 4);

  return (bytes, view, start, key) => {
    const { slot } = key;
    switch (bytes[start]) {
      case QUOTE:
        return key === unwanted
          ? scanString(bytes, start + 1, false)
          : scanText(bytes, view, start + 1, slot);
      case SMALL_T:
        return scanWord(bytes, start, TRUE_BYTES, TRUE, slot);
      case SMALL_F:
        return scanWord(bytes, start, FALSE_BYTES, FALSE, slot);
      case SMALL_N:
        return scanWord(bytes, start, NULL_BYTES, NULL, slot);
      default:
        return scanNumber(bytes, start, slot);
    }
  };

  /** Scans the rest of a string that is wanted. */
  function scanText(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    slot: number,
  ): number {
    let at = isDigit(bytes[start]!) ? timeEnd(bytes, view, start) : MISS;
    const isTimestamp = at >= 0 && bytes[at] === QUOTE;
    if (!isTimestamp) {
      at = start;
      while (PLAIN[bytes[at]!] === 1) at++;
      if (bytes[at] !== QUOTE) return MISS;
    }
    kind[slot] = isTimestamp ? TIMESTAMP : STRING;
    from[slot] = start;
    to[slot] = at;
    return at + 1;
  }

  /** As timestampEnd(). */
  function timeEnd(bytes: Uint8Array, view: DataView, start: number): number {
    if (start + MINUTE_BYTES > bytes.length) return timestampEnd(bytes, start);
    const century = view.getInt32(start, true);
    const month = view.getInt32(start + 4, true);
    const day = view.getInt32(start + 8, true);
    const hour = view.getInt32(start + 12, true);
    if (
      century === minute[0] && month === minute[1] && day === minute[2] &&
      hour === minute[3]
    ) return secondsEnd(bytes, start + MINUTE_BYTES);
    const end = timestampEnd(bytes, start);
    if (end >= 0) {
      minute[0] = century;
      minute[1] = month;
      minute[2] = day;
      minute[3] = hour;
    }
    return end;
  }

  /** number = [ "-" ] int [ "." 1*DIGIT ] [ ("e" / "E") [ "-" / "+" ] 1*DIGIT ] */
  function scanNumber(bytes: Uint8Array, start: number, slot: number): number {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let value = 0;
    // int = "0" / ( digit1-9 *DIGIT )
    if (bytes[at] === ZERO) at++;
    else {
      for (; isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - ZERO;
      if (at === first) return MISS;
    }
    let isInteger = at - first <= MAX_DIGITS;
    if (bytes[at] === POINT) {
      isInteger = false;
      const fraction = at + 1;
      at = skipDigits(bytes, fraction);
      if (at === fraction) return MISS;
    }
    if (bytes[at] === SMALL_E || bytes[at] === LETTER_E) {
      isInteger = false;
      at++;
      if (bytes[at] === PLUS || bytes[at] === MINUS) at++;
      const exponent = at;
      at = skipDigits(bytes, exponent);
      if (at === exponent) return MISS;
    }
    kind[slot] = isInteger ? INTEGER : NUMBER;
    from[slot] = start;
    to[slot] = at;
    // Not -0: that is 0.
    integer[slot] = isNegative ? 0 - value : value;
    return at;
  }

  function scanWord(
    bytes: Uint8Array,
    start: number,
    word: Uint8Array,
    itsKind: number,
    slot: number,
  ): number {
    for (let at = 1; at < word.length; at++) {
      if (bytes[start + at] !== word[at]) return MISS;
    }
    kind[slot] = itsKind;
    from[slot] = start;
    return to[slot] = start + word.length;
  }
}

/**
 * Scans the rest of a string.
 *
 * @param isKept True where it matters what is in it: then it has no escapes.
 */
export function scanString(
  bytes: Uint8Array,
  start: number,
  isKept: boolean,
): number {
  let at = start;
  for (;;) {
    while (PLAIN[bytes[at]!] === 1) at++;
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] !== BACKSLASH || isKept) return MISS;
    at = scanEscape(bytes, at + 1);
    if (at === MISS) return MISS;
  }
}

/** Scans what follows a backslash. */
function scanEscape(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== SMALL_U) {
    return ESCAPED.includes(bytes[start]!) ? start + 1 : MISS;
  }
  const end = start + 5;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at]!;
    const small = byte | SPACE; // a letter in lower case
    if (!isDigit(byte) && !(small >= 0x61 && small <= SMALL_F)) return MISS;
  }
  return end;
}

function skipDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at]!)) at++;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
