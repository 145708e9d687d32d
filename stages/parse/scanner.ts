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

import { type AttemptOptions, createAttempts } from "./attempts.ts";
import { ABSENT, createFound, type Found, MISS, NESTED } from "./found.ts";
import { createLineShapes, MOST_GAPS, type Scalar } from "./line_shapes.ts";
import {
  NOTHING,
  type ScanKey,
  type ScanNode,
  type ScanPlan,
} from "./scan_plan.ts";
import { createScalars, scanString } from "./scan_scalar.ts";

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

// As in scan_scalar.ts, these are not imported.
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const NO_BYTES = new Uint8Array();
/** Lines are compared with shapes where two of three have one of them. */
const COMPARING: AttemptOptions = { most: 16, forgiven: 0.5, pause: 4_000 };

/** Makes the scanner of a plan. */
export function createScanner({ root, slots }: ScanPlan): Scanner {
  /** Stands for every key that nobody asked for; its slot is never read. */
  const unwanted: ScanKey = { name: NO_BYTES, slot: slots, inside: NOTHING };
  const found = createFound(slots + 1);
  const { kind } = found;
  const scanScalar = createScalars(found, unwanted);
  const shapes = createLineShapes(found, slots, scanScalar);
  const attempts = createAttempts(COMPARING);
  /** The values of the line whose shape is being learnt. */
  let scalars: Scalar[] | undefined;
  let seen: Uint8Array = NO_BYTES;
  /** Those bytes. */
  let view = viewOf(seen);

  return {
    found,
    scan(bytes, start) {
      if (bytes !== seen) {
        seen = bytes;
        view = viewOf(bytes);
      }
      if (!attempts.next()) return scanLine(bytes, start);
      const end = shapes.scan(bytes, view, start);
      if (end !== MISS) {
        attempts.hit();
        return end;
      }
      if (attempts.miss()) shapes.forget();
      return shapes.isFull ? scanLine(bytes, start) : learnLine(bytes, start);
    },
  };

  function learnLine(bytes: Uint8Array, start: number): number {
    scalars = [];
    const end = scanLine(bytes, start);
    if (scalars && end !== MISS) {
      shapes.learn(bytes, view, start, scalars, end);
    }
    scalars = undefined;
    return end;
  }

  /** Notes a value of the line, unless there are too many for a shape. */
  function note(scalar: Scalar): void {
    if (scalars && scalars.length < MOST_GAPS) scalars.push(scalar);
    else scalars = undefined;
  }

  /** Scans a line of any shape. */
  function scanLine(bytes: Uint8Array, start: number): number {
    for (let slot = 0; slot < slots; slot++) kind[slot] = ABSENT;
    let at = skipSpace(bytes, start);
    if (bytes[at] !== OPEN_BRACE) return MISS;
    at = scanObject(bytes, at, root, 1);
    if (at === MISS) return MISS;
    at = skipSpace(bytes, at);
    return bytes[at] === LINE_FEED ? at : MISS;
  }

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
    const byte = bytes[start];
    if (byte === OPEN_BRACE) {
      kind[key.slot] = NESTED;
      return scanObject(bytes, start, key.inside, depth + 1);
    }
    if (byte === OPEN_BRACKET) {
      kind[key.slot] = NESTED;
      return scanArray(bytes, start, depth + 1);
    }
    const end = scanScalar(bytes, view, start, key);
    if (scalars !== undefined) note({ start, end, key });
    return end;
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

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
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
