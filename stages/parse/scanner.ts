/**
 * Reads a line of JSON byte by byte, without making anything of it.
 *
 * Checks the whole grammar of RFC 8259 and notes where the wanted fields are.
 * What is out of the ordinary is left to JSON.parse: the scanner says `MISS` to
 * whatever is wrong, and also to what is right but rare. It never says why.
 *
 * It reads ASCII. A line must end with a line feed, which stands nowhere inside
 * JSON that has one line: so nothing here looks for the end of the bytes.
 *
 * @module
 */

import {
  ABSENT,
  createFound,
  FALSE,
  type Found,
  INTEGER,
  MISS,
  NESTED,
  NULL,
  NUMBER,
  STRING,
  TIMESTAMP,
  TRUE,
} from "./found.ts";
import {
  NOTHING,
  type ScanKey,
  type ScanNode,
  type ScanPlan,
} from "./scan_plan.ts";
import { timestampEnd } from "./timestamp.ts";

/** Scans lines for one plan. */
export interface Scanner {
  /** What the last line that was not a `MISS` holds. */
  readonly found: Found;
  /**
   * Scans the line that begins at `start`.
   *
   * @param bytes Must have a line feed at or after `start`.
   * @returns Where its line feed is, or `MISS`.
   */
  scan(bytes: Uint8Array, start: number): number;
}

/** Deeper nesting than this is out of the ordinary. */
const MAX_DEPTH = 64;
/** So many digits fit a double, whatever they are. */
const MAX_DIGITS = 15;

// Each file has the names of its bytes itself: what is imported is looked up at
// each use, and scanning takes 1.4 times as long.
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const LETTER_E = 0x45;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const SMALL_E = 0x65;
const SMALL_F = 0x66;
const SMALL_N = 0x6e;
const SMALL_T = 0x74;
const SMALL_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
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

const NO_NAME = new Uint8Array();

/** Makes the scanner of a plan. */
export function createScanner({ root, slots }: ScanPlan): Scanner {
  /** Stands for every key that nobody asked for; its slot is never read. */
  const unwanted: ScanKey = { name: NO_NAME, slot: slots, inside: NOTHING };
  const found = createFound(slots + 1);
  const { kind, from, to, integer } = found;

  return {
    found,
    scan(bytes, start) {
      for (let slot = 0; slot < slots; slot++) kind[slot] = ABSENT;
      let at = skipSpace(bytes, start);
      if (bytes[at] !== OPEN_BRACE) return MISS;
      at = scanObject(bytes, at, root, 1);
      if (at === MISS) return MISS;
      at = skipSpace(bytes, at);
      return bytes[at] === LINE_FEED ? at : MISS;
    },
  };

  /** object = "{" [ string ":" value *( "," string ":" value ) ] "}" */
  function scanObject(
    bytes: Uint8Array,
    start: number,
    node: ScanNode,
    depth: number,
  ): number {
    if (depth > MAX_DEPTH) return MISS;
    let at = skipSpace(bytes, start + 1);
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    /** Keys mostly come in the order that they came in last time. */
    for (let expected = 0;; expected++) {
      if (bytes[at] !== QUOTE) return MISS;
      at++;
      const number = findKey(bytes, at, node.keys, expected);
      let key = unwanted;
      if (number === MISS) {
        at = scanString(bytes, at, node.isWanted);
        if (at === MISS) return MISS;
      } else {
        key = node.keys[number]!;
        expected = number;
        at += key.name.length + 1;
        // Of two the last one counts, which is rare enough.
        if (kind[key.slot] !== ABSENT) return MISS;
      }
      at = skipSpace(bytes, at);
      if (bytes[at] !== COLON) return MISS;
      at = scanValue(bytes, skipSpace(bytes, at + 1), key, depth);
      if (at === MISS) return MISS;
      at = skipSpace(bytes, at);
      if (bytes[at] === CLOSE_BRACE) return at + 1;
      if (bytes[at] !== COMMA) return MISS;
      at = skipSpace(bytes, at + 1);
    }
  }

  /** array = "[" [ value *( "," value ) ] "]" */
  function scanArray(bytes: Uint8Array, start: number, depth: number): number {
    if (depth > MAX_DEPTH) return MISS;
    let at = skipSpace(bytes, start + 1);
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    for (;;) {
      at = scanValue(bytes, at, unwanted, depth);
      if (at === MISS) return MISS;
      at = skipSpace(bytes, at);
      if (bytes[at] === CLOSE_BRACKET) return at + 1;
      if (bytes[at] !== COMMA) return MISS;
      at = skipSpace(bytes, at + 1);
    }
  }

  /** value = false / null / true / object / array / number / string */
  function scanValue(
    bytes: Uint8Array,
    start: number,
    key: ScanKey,
    depth: number,
  ): number {
    const { slot } = key;
    switch (bytes[start]) {
      case QUOTE:
        return scanText(bytes, start + 1, key);
      case OPEN_BRACE:
        kind[slot] = NESTED;
        return scanObject(bytes, start, key.inside, depth + 1);
      case OPEN_BRACKET:
        kind[slot] = NESTED;
        return scanArray(bytes, start, depth + 1);
      case SMALL_T:
        return scanWord(bytes, start, TRUE_BYTES, TRUE, slot);
      case SMALL_F:
        return scanWord(bytes, start, FALSE_BYTES, FALSE, slot);
      case SMALL_N:
        return scanWord(bytes, start, NULL_BYTES, NULL, slot);
      default:
        return scanNumber(bytes, start, slot);
    }
  }

  /** Scans the rest of a string, and notes it where it is wanted. */
  function scanText(bytes: Uint8Array, start: number, key: ScanKey): number {
    if (key === unwanted) return scanString(bytes, start, false);
    const { slot } = key;
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
 * Finds the key that a string is, which begins at `start`, behind its quote.
 *
 * @param expected The number of the key that it probably is.
 * @returns Its number among `keys`, or `MISS`.
 */
function findKey(
  bytes: Uint8Array,
  start: number,
  keys: readonly ScanKey[],
  expected: number,
): number {
  const count = keys.length;
  let number = expected;
  for (let tried = 0; tried < count; tried++, number++) {
    if (number >= count) number = 0;
    if (isKey(bytes, start, keys[number]!.name)) return number;
  }
  return MISS;
}

function isKey(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  const { length } = name;
  for (let at = 0; at < length; at++) {
    // A name has no quote and no line feed: this stops at the key's end.
    if (bytes[start + at] !== name[at]) return false;
  }
  return bytes[start + length] === QUOTE;
}

/**
 * Scans the rest of a string.
 *
 * @param isKept True where it matters what is in it: then it has no escapes.
 */
function scanString(
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

/** ws = *( space / tab / carriage return ); a line feed ends the line. */
function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte !== SPACE && byte !== TAB && byte !== CARRIAGE_RETURN) return at;
    at++;
  }
}
