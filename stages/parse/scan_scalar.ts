/**
 * Scans one value of JSON that is neither an object nor an array, and notes what
 * it is.
 *
 * Reads ASCII, and no byte behind the first one that is wrong.
 *
 * @module
 */

import {
  BACKSLASH,
  FIRST_NOT_ASCII,
  isDigit,
  LETTER_E,
  MINUS,
  PLUS,
  POINT,
  QUOTE,
  SMALL_A,
  SMALL_E,
  SMALL_F,
  SMALL_N,
  SMALL_T,
  SMALL_U,
  SPACE,
  ZERO,
} from "./ascii.ts";
import { timestampEnd } from "./timestamp.ts";

/** It is not for the scanner. */
export const MISS = -1;

/** What stands in a slot. */
export const ABSENT = 0;
/** A string without escapes; its range is what is between the quotes. */
export const STRING = 1;
/** A string that is a date and time with zone. */
export const TIMESTAMP = 2;
/** A whole number of so few digits that a double holds it; see `integer`. */
export const INTEGER = 3;
/** Any other number. */
export const NUMBER = 4;
export const TRUE = 5;
export const FALSE = 6;
export const NULL = 7;
/** An object or an array. */
export const NESTED = 8;

/** What was found in a line, by slot. */
export interface Found {
  /** One of the kinds above. */
  kind: Uint8Array;
  /** Where the value begins and ends, as an index into the bytes. */
  from: Int32Array;
  to: Int32Array;
  /** The value of an `INTEGER`. */
  integer: Float64Array;
}

/** So many digits fit a double, whatever they are. */
const MAX_DIGITS = 15;

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

/**
 * Scans the scalar that begins at `start`.
 *
 * @param slot Where it is noted.
 * @param isWanted True if somebody will read it: then a string has no escapes,
 * and is known to be a date and time where it is one.
 * @returns Where it ends, or `MISS`.
 */
export function scanScalar(
  bytes: Uint8Array,
  start: number,
  found: Found,
  slot: number,
  isWanted: boolean,
): number {
  switch (bytes[start]) {
    case QUOTE:
      return isWanted
        ? scanText(bytes, start + 1, found, slot)
        : scanString(bytes, start + 1, false);
    case SMALL_T:
      return scanWord(bytes, start, TRUE_BYTES, TRUE, found, slot);
    case SMALL_F:
      return scanWord(bytes, start, FALSE_BYTES, FALSE, found, slot);
    case SMALL_N:
      return scanWord(bytes, start, NULL_BYTES, NULL, found, slot);
    default:
      return scanNumber(bytes, start, found, slot);
  }
}

/** Scans the rest of a string that is wanted. */
function scanText(
  bytes: Uint8Array,
  start: number,
  { kind, from, to }: Found,
  slot: number,
): number {
  let at = timestampEnd(bytes, start);
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

/** number = [ "-" ] int [ "." 1*DIGIT ] [ ("e" / "E") [ "-" / "+" ] 1*DIGIT ] */
function scanNumber(
  bytes: Uint8Array,
  start: number,
  { kind, from, to, integer }: Found,
  slot: number,
): number {
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

function skipDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at]!)) at++;
  return at;
}

function scanWord(
  bytes: Uint8Array,
  start: number,
  word: Uint8Array,
  itsKind: number,
  { kind, from, to }: Found,
  slot: number,
): number {
  for (let at = 1; at < word.length; at++) {
    if (bytes[start + at] !== word[at]) return MISS;
  }
  kind[slot] = itsKind;
  from[slot] = start;
  return to[slot] = start + word.length;
}

/**
 * Scans the rest of a string, behind its quote.
 *
 * @param isKept True where it matters what is in it: then it has no escapes.
 * @returns Where it ends, or `MISS`.
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
    if (!isDigit(byte) && !(small >= SMALL_A && small <= SMALL_F)) return MISS;
  }
  return end;
}
