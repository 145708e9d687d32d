/**
 * Reads the time of an event: RFC 3339, date and time with a zone.
 *
 * The usual form is recognised digit by digit, which takes a fraction of the
 * time; everything else is left to a pattern and the calendar. Nothing here
 * depends on the zone of the machine.
 *
 * @module
 */

/** `2026-01-01T00:00:00.250Z` has this many characters. */
const USUAL_LENGTH = 24;

/** What a text that is none is told. */
export const NO_TIMESTAMP =
  "is not a date and time with zone (RFC 3339), such as 2026-01-31T12:00:00Z";

/** True for a date and time with zone, of a day that there is. */
export function isTimestamp(text: string): boolean {
  return isUsualForm(text) || !Number.isNaN(parseTimestamp(text));
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

/** Days beyond the 28th are left to the calendar. */
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
