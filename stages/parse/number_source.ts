/**
 * Finds how a JSON text writes a number, for numbers that a double cannot hold,
 * or rounds to an integer.
 *
 * JSON.parse could say so to a reviver, but visits the whole value by recursion
 * and overflows the stack on deep nesting.
 *
 * @module
 */

import { formatField, type Path } from "../schema/schema.ts";
import { closingQuote, skipSpace } from "./json_text.ts";

const COLON = 0x3a;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * As many digits, the point among them, has the shortest number that is no
 * integer and that a double rounds to one.
 */
const LONG = 16;

/**
 * True if there may be such a number in these bytes: so many digits in a row.
 *
 * It looks at one byte in sixteen, and goes on only where that is a digit.
 */
export function hasLongNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  for (let at = start + LONG - 1; at < end; at += LONG) {
    if (!isDigitOrPoint(bytes[at]!)) continue;
    let first = at;
    while (first > start && isDigitOrPoint(bytes[first - 1]!)) first--;
    let last = at + 1;
    while (last < end && isDigitOrPoint(bytes[last]!)) last++;
    if (last - first >= LONG) return true;
  }
  return false;
}

function isDigitOrPoint(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === POINT;
}

/**
 * Returns the number that stands at a path as it is written, for example
 * "-12.5e3". Of several such keys the last counts, as for JSON.parse.
 *
 * @param json A JSON object, already known to be valid.
 * @returns undefined if there is no number at the path.
 */
export function numberSource(json: string, path: Path): string | undefined {
  const number = /\s*(-?\d[\d.eE+-]*)/y;
  let found: string | undefined;
  let depth = 0;
  /** How deep the innermost object is that the path has led to. */
  let reached = 1;
  for (let at = 0; at < json.length; at++) {
    const character = json[at]!;
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      if (depth === reached) reached--;
      depth--;
    } else if (character === '"') {
      const start = at;
      at = closingQuote(json, start + 1);
      if (depth !== reached) continue;
      const colon = skipSpace(json, at + 1);
      // In an object only a key has a colon after it.
      if (json.charCodeAt(colon) !== COLON) continue;
      const key: unknown = JSON.parse(json.slice(start, at + 1));
      if (key !== path[reached - 1]) continue;
      found = undefined;
      if (reached < path.length) {
        const isObject = json[skipSpace(json, colon + 1)] === "{";
        if (isObject) reached++;
        continue;
      }
      number.lastIndex = colon + 1;
      found = number.exec(json)?.[1];
    }
  }
  return found;
}

/**
 * As {@linkcode numberSource}, and faster, for an object that has a number at
 * the path.
 */
export function knownNumberSource(json: string, path: Path): string {
  const name = JSON.stringify(path.at(-1));
  const only = json.indexOf(name);
  // Where no letter is escaped, a name that occurs once is that of the key.
  const isPlain = only >= 0 && !json.includes("\\") &&
    json.indexOf(name, only + 1) < 0;
  const from = isPlain ? json.slice(only + name.length) : "";
  const source = /^\s*:\s*(-?\d[\d.eE+-]*)/.exec(from)?.[1] ??
    numberSource(json, path);
  if (source !== undefined) return source;
  throw new RangeError(
    `Cannot find the number "${formatField(path)}" in a JSON text`,
  );
}
