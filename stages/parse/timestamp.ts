/**
 * Reads the time of an event: RFC 3339, date and time with a zone.
 *
 * Whether it is one is seen byte by byte; only what is compared or has a window
 * is turned into a number. Nothing here depends on the zone of the machine.
 *
 * @module
 */

/** What a text that is none is told. */
export const NO_TIMESTAMP =
  "is not a date and time with zone (RFC 3339), such as 2026-01-31T12:00:00Z";

/** A date and time has no more characters, but for a fraction without need. */
const MOST_BYTES = 64;
const scratch = new Uint8Array(MOST_BYTES + 1);

/** True for a date and time with zone, of a day that there is. */
export function isTimestamp(text: string): boolean {
  return isWhole(bytesOf(text), text.length);
}

/**
 * Reads a date and time with zone as milliseconds since 1970; what there is
 * beyond them is cut. Second 60, a leap second, is the next second.
 *
 * @returns NaN if it is none.
 */
export function parseTimestamp(text: string): number {
  const bytes = bytesOf(text);
  return isWhole(bytes, text.length) ? timestampMs(bytes, 0, text.length) : NaN;
}

function isWhole(bytes: Uint8Array, length: number): boolean {
  return timestampEnd(bytes, 0) === length;
}

/** The characters as bytes, up to one that no date and time has, and a 0. */
function bytesOf(text: string): Uint8Array {
  const { length } = text;
  const bytes = length > MOST_BYTES ? new Uint8Array(length + 1) : scratch;
  let at = 0;
  for (; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > LETTER_Z_SMALL) break;
    bytes[at] = code;
  }
  bytes[at] = 0;
  return bytes;
}

/** `2026-01-31T12:00` has this many bytes. */
export const MINUTE_BYTES = 16;
/** `2026-01-31T12:00:00` has this many. */
const DATE_TIME_BYTES = 19;
const SECONDS_BYTES = DATE_TIME_BYTES - MINUTE_BYTES;
/** `+01:30` has this many. */
const OFFSET_BYTES = 6;

/**
 * Returns where the date and time with zone ends that begins at `start`, or -1
 * if none does. Reads no byte behind the first one that is wrong.
 */
export function timestampEnd(bytes: Uint8Array, start: number): number {
  const century = twoDigits(bytes, start);
  if (century < 0) return -1;
  const year = twoDigits(bytes, start + 2);
  if (year < 0 || bytes[start + 4] !== HYPHEN) return -1;
  const month = twoDigits(bytes, start + 5);
  if (month < 1 || month > 12 || bytes[start + 7] !== HYPHEN) return -1;
  const day = twoDigits(bytes, start + 8);
  if (day < 1 || day > SHORTEST_MONTH) {
    if (day < 1 || day > daysIn(century * 100 + year, month)) return -1;
  }
  const between = bytes[start + 10];
  if (between !== LETTER_T && between !== LETTER_T_SMALL && between !== SPACE) {
    return -1;
  }
  if (!isWithin(bytes, start + 11, 23) || bytes[start + 13] !== COLON) {
    return -1;
  }
  if (!isWithin(bytes, start + 14, 59)) return -1;
  return secondsEnd(bytes, start + MINUTE_BYTES);
}

/**
 * Returns where a date and time with zone ends whose seconds begin at `start`,
 * with their colon, or -1. Reads no byte behind the first one that is wrong.
 */
export function secondsEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== COLON || !isWithin(bytes, start + 1, 60)) return -1;
  let at = start + SECONDS_BYTES;
  if (bytes[at] === POINT) {
    at++;
    if (!isDigit(bytes[at]!)) return -1;
    while (isDigit(bytes[at]!)) at++;
  }
  const zone = bytes[at];
  if (zone === LETTER_Z || zone === LETTER_Z_SMALL) return at + 1;
  if (zone !== PLUS && zone !== HYPHEN) return -1;
  if (!isWithin(bytes, at + 1, 23) || bytes[at + 3] !== COLON) return -1;
  return isWithin(bytes, at + 4, 59) ? at + OFFSET_BYTES : -1;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A fraction is read so far: as milliseconds. */
const FRACTION_DIGITS = 3;

/**
 * As {@linkcode parseTimestamp}, for bytes of which it is known that they are a
 * date and time: {@linkcode timestampEnd} of `start` is `end`.
 */
export function timestampMs(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const days = daysSince1970(
    year,
    twoDigits(bytes, start + 5),
    twoDigits(bytes, start + 8),
  );
  let ms = days * DAY_MS + twoDigits(bytes, start + 11) * HOUR_MS +
    twoDigits(bytes, start + 14) * MINUTE_MS +
    twoDigits(bytes, start + 17) * SECOND_MS;
  let at = start + DATE_TIME_BYTES;
  if (bytes[at] === POINT) {
    let place = SECOND_MS;
    const last = at + FRACTION_DIGITS;
    for (at++; at <= last && isDigit(bytes[at]!); at++) {
      place /= 10;
      ms += (bytes[at]! - ZERO) * place;
    }
  }
  const zone = bytes[end - 1];
  if (zone === LETTER_Z || zone === LETTER_Z_SMALL) return ms;
  const from = end - OFFSET_BYTES;
  const offset = twoDigits(bytes, from + 1) * HOUR_MS +
    twoDigits(bytes, from + 4) * MINUTE_MS;
  return bytes[from] === HYPHEN ? ms + offset : ms - offset;
}

/** Days of 400 years, after which the calendar repeats. */
const ERA_DAYS = 146_097;
/** From the first of March of the year 0 to 1970. */
const DAYS_BEFORE_1970 = 719_468;

/**
 * Counts the days of the Gregorian calendar. Its years begin in March here, so
 * that a leap day is the last one of its year.
 */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > FEBRUARY ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const monthsSinceMarch = (month + 9) % 12;
  // The months from March have 31, 30, 31, 30, 31 days, and again, and again.
  const dayOfYear = Math.floor((153 * monthsSinceMarch + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) + dayOfYear;
  return era * ERA_DAYS + dayOfEra - DAYS_BEFORE_1970;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const FEBRUARY = 2;

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return DAYS[month - 1]! + (month === FEBRUARY && isLeap ? 1 : 0);
}

/** Every month has so many days. */
const SHORTEST_MONTH = 28;

const SPACE = 0x20;
const PLUS = 0x2b;
const HYPHEN = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const LETTER_T_SMALL = 0x74;
const LETTER_Z_SMALL = 0x7a;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** The number that the two digits at `at` make; -1 if there are none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]!;
  if (!isDigit(tens)) return -1;
  const ones = bytes[at + 1]!;
  return isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : -1;
}

/** True if the two digits at `at` make a number up to `max`. */
function isWithin(bytes: Uint8Array, at: number, max: number): boolean {
  const number = twoDigits(bytes, at);
  return number >= 0 && number <= max;
}
