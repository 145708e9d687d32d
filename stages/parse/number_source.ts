/**
 * Finds how a JSON text writes a number, for numbers that a double cannot hold.
 *
 * JSON.parse could say so to a reviver, but visits the whole value by recursion
 * and overflows the stack on deep nesting.
 *
 * @module
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Returns the number that stands under `key` as it is written, for example
 * "-12.5e3". Of several such keys the last counts, as for JSON.parse.
 *
 * @param json A JSON object, already known to be valid.
 * @returns undefined if there is no number under the key.
 */
export function numberSource(json: string, key: string): string | undefined {
  const number = /\s*(-?\d[\d.eE+-]*)/y;
  let found: string | undefined;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at]!;
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    else if (character === '"') {
      const start = at;
      at = stringEnd(json, start);
      if (depth !== 1) continue;
      const colon = skipSpace(json, at + 1);
      // In an object only a key has a colon after it.
      if (json.charCodeAt(colon) !== COLON) continue;
      if (JSON.parse(json.slice(start, at + 1)) !== key) continue;
      number.lastIndex = colon + 1;
      found = number.exec(json)?.[1];
    }
  }
  return found;
}

/** Returns where the string that begins at `start` has its closing quote. */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (json.charCodeAt(at) !== QUOTE) {
    at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (/\s/.test(json.charAt(at))) at++;
  return at;
}
