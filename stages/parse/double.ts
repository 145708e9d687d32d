/**
 * Reads the doubles that JSON numbers stand for from their bytes.
 *
 * @module
 */

import { Buffer } from "node:buffer";

// As in scanner.ts, these are not imported.
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** So many digits make an integer that a double holds, whatever they are. */
const EXACT_DIGITS = 15;
/** More digits of an exponent than these are left to others. */
const EXPONENT_DIGITS = 3;

/** The powers of ten that a double holds. */
const POWERS_OF_TEN = Float64Array.from(
  { length: 23 },
  (_, power) => Number(`1e${power}`),
);

/**
 * Reads the JSON number that stands from `start` to `end`: what `Number()` makes
 * of its text, but never -0.
 *
 * Of few digits and a small exponent it makes no text: an integer and a power of
 * ten that are both exact give the nearest double in one multiplication or
 * division (W. D. Clinger, "How to Read Floating Point Numbers Accurately",
 * 1990).
 */
export function doubleOf(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const isNegative = bytes[start] === MINUS;
  let at = isNegative ? start + 1 : start;
  let value = 0;
  /** Digits, without zeros in front. */
  let digits = 0;
  let power = 0;
  let isFraction = false;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === POINT) {
      isFraction = true;
      continue;
    }
    if (byte < ZERO || byte > NINE) break; // the exponent
    value = value * 10 + byte - ZERO;
    if (value > 0) digits++;
    if (isFraction) power--;
  }
  if (digits > EXACT_DIGITS) return numberOf(bytes, start, end);
  if (at < end) {
    at++;
    const sign = bytes[at];
    if (sign === PLUS || sign === MINUS) at++;
    if (end - at > EXPONENT_DIGITS) return numberOf(bytes, start, end);
    let exponent = 0;
    for (; at < end; at++) exponent = exponent * 10 + bytes[at]! - ZERO;
    power += sign === MINUS ? -exponent : exponent;
  }
  const size = Math.abs(power);
  if (size >= POWERS_OF_TEN.length) return numberOf(bytes, start, end);
  const scaled = power < 0
    ? value / POWERS_OF_TEN[size]!
    : value * POWERS_OF_TEN[size]!;
  return isNegative ? 0 - scaled : scaled;
}

function numberOf(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    .toString("latin1");
  return Number(text) + 0; // + 0 turns -0 into 0
}
