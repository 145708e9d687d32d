/**
 * Cuts a text into the JSON values that it consists of, as NDJSON or in any other
 * division.
 *
 * Finds only where a value ends, and gives it out at once: what it says is read
 * by whoever asked for it.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import { grouped } from "../../runtime/program/numbers.ts";

/** Most characters of one value; who never ends one would fill the memory. */
const MAX_LENGTH = 64 * 2 ** 20;

/** One JSON value, still as text. */
export interface JsonText {
  text: string;
  /** Where it comes from, for messages, as in `line 3 of "requests.json"`. */
  place: string;
}

/**
 * Yields each value as soon as its last character is there.
 *
 * @param pieces The text, in any division.
 * @param placeOf Where a line of it is, for messages.
 * @throws {UsageError} If the text ends within a value.
 */
export async function* readJsonValues(
  pieces: AsyncIterable<string> | Iterable<string>,
  placeOf: (line: number) => string,
): AsyncGenerator<JsonText> {
  let unfinished = "";
  let line = 1;
  const { isEnd, isWithin } = createScan();
  const take = (text: string): JsonText[] => {
    const value = text.trimStart();
    line += newlines(text.slice(0, text.length - value.length));
    const place = placeOf(line);
    line += newlines(value);
    return value === "" ? [] : [{ text: value.trimEnd(), place }];
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let at = 0; at < piece.length; at++) {
      if (!isEnd(piece[at]!)) continue;
      yield* take(unfinished + piece.slice(start, at + 1));
      unfinished = "";
      start = at + 1;
    }
    unfinished += piece.slice(start);
    if (unfinished.length > MAX_LENGTH) {
      throw new UsageError(
        `Cannot read a request from ${placeOf(line)}: it has no end within ${
          grouped(MAX_LENGTH)
        } characters`,
      );
    }
  }
  const [rest] = take(unfinished);
  if (rest === undefined) return;
  if (isWithin()) {
    throw new UsageError(
      `Cannot read a request from ${rest.place}: it has no end`,
    );
  }
  yield rest;
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}

/** Follows JSON character by character, as far as to know where a value ends. */
function createScan() {
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  /** Within `true` or `12`, which have no last character of their own. */
  let inWord = false;
  return {
    /** True within an object, a list or a text. */
    isWithin: () => depth > 0 || inString,
    /** Takes the next character; true if a value ends with it. */
    isEnd(char: string): boolean {
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (char === "\\") isEscaped = true;
        else if (char === '"') inString = false;
        return !inString && depth === 0;
      }
      switch (char) {
        case '"':
          inString = true;
          return false;
        case "{":
        case "[":
          depth++;
          return false;
        case "}":
        case "]":
          if (depth > 0) depth--;
          return depth === 0;
      }
      const hasEnded = inWord && depth === 0 && /\s/.test(char);
      inWord = !/\s/.test(char);
      return hasEnded;
    },
  };
}
