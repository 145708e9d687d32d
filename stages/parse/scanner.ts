/**
 * Reads a line of JSON byte by byte, without making anything of it.
 *
 * Checks the whole grammar of RFC 8259 and notes where the wanted fields are.
 * What is out of the ordinary is left to JSON.parse: the scanner says `MISS` to
 * whatever is wrong, and also to what is right but rare. So it never has to say
 * why, and whoever asks it has one answer only for a line that it takes.
 *
 * It reads ASCII. A line must end with a line feed, which stands nowhere inside
 * JSON that has one line: so nothing here looks for the end of the bytes.
 *
 * @module
 */

import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LINE_FEED,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from "./ascii.ts";
import {
  NOTHING,
  type ScanKey,
  type ScanNode,
  type ScanPlan,
} from "./scan_plan.ts";
import {
  ABSENT,
  type Found,
  MISS,
  NESTED,
  scanScalar,
  scanString,
} from "./scan_scalar.ts";

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

/** Makes the scanner of a plan. */
export function createScanner({ root, slots }: ScanPlan): Scanner {
  /** Stands for every key that nobody asked for; its slot is never read. */
  const unwanted: ScanKey = {
    name: new Uint8Array(),
    slot: slots,
    inside: NOTHING,
  };
  const found: Found = {
    kind: new Uint8Array(slots + 1),
    from: new Int32Array(slots + 1),
    to: new Int32Array(slots + 1),
    integer: new Float64Array(slots + 1),
  };
  const { kind } = found;

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
    if (bytes[start] === OPEN_BRACE) {
      kind[key.slot] = NESTED;
      return scanObject(bytes, start, key.inside, depth + 1);
    }
    if (bytes[start] === OPEN_BRACKET) {
      // What is in an array has a name too: its number.
      if (key.inside.isWanted) return MISS;
      kind[key.slot] = NESTED;
      return scanArray(bytes, start, depth + 1);
    }
    return scanScalar(bytes, start, found, key.slot, key !== unwanted);
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
