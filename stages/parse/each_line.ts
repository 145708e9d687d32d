/**
 * A parse stage for lines of any format: its author turns a line into an object,
 * and the schema of the run makes an event of that, as of a line of JSON.
 *
 * @module
 */

import type { AddParsed } from "./parsed_line.ts";
import type { ParseWork } from "./service.ts";

/**
 * Reads a line.
 *
 * @param line Its text, without its end.
 * @returns What it holds, by name, or why it holds no event: a text that is the
 * same for the same fault. A bigint is a number of any length, NaN is a field that
 * is no number, and undefined is no field.
 */
export type ReadLine = (line: string) => Readonly<object> | string;

/**
 * Makes a parse stage of a function that reads one line.
 *
 * Lines that are blank, not UTF-8 or too long are dealt with, and so are the
 * fields that the schema asks for: a line without them is a reject with the same
 * words as in JSON. What `read` throws ends the run.
 *
 * @example
 * ```ts
 * import { eachLine } from "denizen/stage";
 *
 * const work = await eachLine((line) => {
 *   const [route, ms] = line.split(" ");
 *   return ms === undefined ? "not two words" : { route, ms: Number(ms) };
 * });
 * work satisfies object; // for runStage()
 * ```
 */
export async function eachLine(read: ReadLine): Promise<ParseWork> {
  // Whoever imports this may be another stage.
  const [{ readLines }, { createParsedLines }, { MISS }] = await Promise.all([
    import("./parse.ts"),
    import("./parsed_line.ts"),
    import("./found.ts"),
  ]);
  const encoder = new TextEncoder();
  return (events) => {
    const addJson = createParsedLines(events);
    const addParsed: AddParsed = (rows, line) => {
      const held = read(line.endsWith("\r") ? line.slice(0, -1) : line);
      if (typeof held === "string") return held;
      const json = jsonOf(held);
      const bytes = encoder.encode(json);
      return addJson(rows, json, bytes, 0, bytes.length);
    };
    return readLines(events, { addScanned: () => MISS, addParsed });
  };
}

// TypeScript does not know it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * As JSON, in which an integer has all its digits, and what is no number is none
 * for the schema either: by itself JSON makes null of it, which is no field.
 */
function jsonOf(held: object): string {
  return isPlain(held) ? JSON.stringify(held) : JSON.stringify(held, exact);
}

/** True where JSON.stringify() has a word for all of it. */
function isPlain(value: unknown): boolean {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).every(isPlain);
  }
  return typeof value === "number"
    ? Number.isFinite(value)
    : typeof value !== "bigint";
}

function exact(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return rawJSON(String(value));
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? [] : rawJSON("1e999");
}
