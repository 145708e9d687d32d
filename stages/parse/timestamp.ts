/**
 * Reads the time of an event, quickly where it has the usual form.
 *
 * @module
 */

/** `2026-01-01T00:00:00.250Z` has this many characters. */
const USUAL_LENGTH = 24;

/**
 * True for a text that `Date.parse` understands.
 *
 * The usual form is recognised digit by digit, which takes a fraction of the
 * time; days beyond the 28th and everything else are left to `Date.parse`.
 */
export function isTimestamp(text: string): boolean {
  return isUsualForm(text) || !Number.isNaN(Date.parse(text));
}

function isUsualForm(text: string): boolean {
  if (text.length !== USUAL_LENGTH) return false;
  return digits(text, 0) && digits(text, 2) &&
    text.charCodeAt(4) === HYPHEN &&
    within(text, 5, 1, 12) && text.charCodeAt(7) === HYPHEN &&
    within(text, 8, 1, 28) && text.charCodeAt(10) === LETTER_T &&
    within(text, 11, 0, 23) && text.charCodeAt(13) === COLON &&
    within(text, 14, 0, 59) && text.charCodeAt(16) === COLON &&
    within(text, 17, 0, 59) && text.charCodeAt(19) === POINT &&
    digits(text, 20) && isDigit(text.charCodeAt(22)) &&
    text.charCodeAt(23) === LETTER_Z;
}

const HYPHEN = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const ZERO = 0x30;
const NINE = 0x39;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** True when two digits stand at `at`. */
function digits(text: string, at: number): boolean {
  return isDigit(text.charCodeAt(at)) && isDigit(text.charCodeAt(at + 1));
}

/** True when the two digits at `at` make a number from `min` to `max`. */
function within(text: string, at: number, min: number, max: number): boolean {
  if (!digits(text, at)) return false;
  const number = (text.charCodeAt(at) - ZERO) * 10 +
    text.charCodeAt(at + 1) - ZERO;
  return number >= min && number <= max;
}
