/**
 * Writes YAML that says the same to every reader.
 *
 * Readers differ in what they take for a number: `0o14` and `089` are text for one
 * and numbers for another. So text that begins as a number does is quoted,
 * whatever the library thinks of it.
 *
 * @module
 */

import { stringify } from "@std/yaml";

/** Text that some reader may take for something else. */
const DOUBTFUL = /^[-+]?[.\d]|^[=<~]|@\d+@/;

/**
 * Returns one document. Keys keep their order; values that are undefined are left
 * out.
 */
export function yamlText(value: unknown): string {
  const doubtful: string[] = [];
  const marked = mark(value, (text) => {
    doubtful.push(text);
    return `@${doubtful.length - 1}@`;
  });
  const text = stringify(marked, {
    lineWidth: -1,
    useAnchors: false,
    skipInvalid: true,
  });
  // An at sign begins no plain text, so the library has quoted each mark.
  return text.replaceAll(
    /'@(\d+)@'/g,
    (_, index) => quoted(doubtful[Number(index)]!),
  );
}

/** JSON's quotes are YAML's, but for characters that YAML takes for line ends. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Returns the value with a mark in place of each doubtful text. */
function mark(value: unknown, asMark: (text: string) => string): unknown {
  if (typeof value === "string") {
    return DOUBTFUL.test(value) ? asMark(value) : value;
  }
  if (Array.isArray(value)) return value.map((each) => mark(each, asMark));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      each === undefined ? [] : [[key, mark(each, asMark)]]
    ),
  );
}
