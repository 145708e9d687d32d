/**
 * Reads the time of an event: RFC 3339, date and time with a zone.
 *
 * Whether it is one is seen byte by byte; only what a rule compares is turned
 * into a number. Nothing here depends on the zone of the machine.
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
  const { length } = text;
  if (length > MOST_BYTES) return !Number.isNaN(parseTimestamp(text));
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > LETTER_Z_SMALL) return false;
    scratch[at] = code;
  }
  scratch[length] = 0;
  return timestampEnd(scratch, 0) === length;
}

/** `2026-01-31T12:00:00` has this many bytes. */
const DATE_TIME_BYTES = 19;
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
  if (!isWithin(bytes, start + 14, 59) || bytes[start + 16] !== COLON) {
    return -1;
  }
  if (!isWithin(bytes, start + 17, 60)) return -1;
  let at = start + DATE_TIME_BYTES;
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
/** The date, then T, t or a space, the time with any fraction, and the zone. */
const FORM =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

const MINUTE_MS = 60_000;
/** A fraction is read so far: as milliseconds. */
const FRACTION_DIGITS = 3;

/**
 * Reads a date and time with zone as milliseconds since 1970; what there is
 * beyond them is cut. Second 60, a leap second, is the next second.
 *
 * @returns NaN if it is none.
 */
export function parseTimestamp(text: string): number {
  const parts = FORM.exec(text);
  if (!parts) return NaN;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7)
    .map(Number) as [number, number, number, number, number, number];
  const [, , , , , , , fraction = "", sign, zoneHour = "0", zoneMinute = "0"] =
    parts;
  const isInRange = month >= 1 && month <= 12 && day >= 1 &&
    day <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 60 &&
    Number(zoneHour) <= 23 && Number(zoneMinute) <= 59;
  if (!isInRange) return NaN;
  const ms = Number(
    fraction.slice(0, FRACTION_DIGITS).padEnd(FRACTION_DIGITS, "0"),
  );
  // Date.UTC() takes years before 100 for those of the last century.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  const zoneMinutes = Number(zoneHour) * 60 + Number(zoneMinute);
  return date.getTime() - (sign === "-" ? -1 : 1) * zoneMinutes * MINUTE_MS;
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
