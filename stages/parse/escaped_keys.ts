/**
 * Reads JSON whose keys are written with escapes.
 *
 * V8 expects the keys of the object before, and compares an expected key with the
 * key as it is written, not as it is meant: once an object had the key "\" after
 * the same keys, JSON.parse() of V8 14.9 takes "\u0061" at this place for "\". A
 * key without escapes is the same in both forms, and always right.
 *
 * @module
 */

import { closingQuote, skipSpace } from "./json_text.ts";

const COLON = 0x3a;

/**
 * True if a key is written with an escape.
 *
 * @param json Already known to be valid.
 */
export function hasEscapedKey(json: string): boolean {
  for (let at = json.indexOf("\\"); at >= 0; at = json.indexOf("\\", at)) {
    const end = closingQuote(json, at);
    // Only a key has a colon after it.
    if (json.charCodeAt(skipSpace(json, end + 1)) === COLON) return true;
    at = end;
  }
  return false;
}

/** An object or an array that is still getting values. */
type Open = { [name: string]: unknown } | unknown[];

/**
 * Reads JSON as JSON.parse() is meant to. Slower, and without recursion.
 *
 * @param json Already known to be valid.
 * @returns Objects have no prototype.
 */
export function parseEscapedKeys(json: string): unknown {
  const open: Open[] = [];
  let whole: unknown;
  let key: string | undefined;
  const add = (value: unknown) => {
    const into = open.at(-1);
    if (into === undefined) whole = value;
    else if (Array.isArray(into)) into.push(value);
    else into[key!] = value;
    key = undefined;
  };
  const word = /[^\s,\]}]+/y;
  for (let at = 0; at < json.length; at++) {
    const character = json[at]!;
    if (/[\s,:]/.test(character)) continue;
    if (character === "{" || character === "[") {
      const value: Open = character === "[" ? [] : Object.create(null);
      add(value);
      open.push(value);
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const start = at;
      at = closingQuote(json, at + 1);
      const text: string = JSON.parse(json.slice(start, at + 1));
      const into = open.at(-1);
      if (into && !Array.isArray(into) && key === undefined) key = text;
      else add(text);
    } else {
      word.lastIndex = at;
      const [literal] = word.exec(json)!;
      add(JSON.parse(literal));
      at += literal.length - 1;
    }
  }
  return whole;
}
