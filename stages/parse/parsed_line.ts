/**
 * Reads the event of a line with JSON.parse: any line, and the reason where it
 * holds none.
 *
 * scanned_line.ts reads the usual lines in a fraction of the time. What both
 * make of a line is the same.
 *
 * @module
 */

import { splitNumber } from "../events/exact_integer.ts";
import { readWorkItem, WORK_TYPE } from "../events/work_item.ts";
import type { ByteDictionary } from "./byte_dictionary.ts";
import { fieldReader } from "./fields.ts";
import { hasLongNumber, knownNumberSource } from "./number_source.ts";
import type { ParseOptions } from "./parse.ts";
import type { Rows } from "./rows.ts";
import { isTimestamp, NO_TIMESTAMP } from "./timestamp.ts";

/**
 * Adds the event of a line to the rows.
 *
 * @param line The text of the line.
 * @param bytes The bytes that it has from `start` to `end`.
 * @returns Why the line holds no event.
 */
export type AddParsed = (
  rows: Rows<Pick<ByteDictionary, "addText">>,
  line: string,
  bytes: Uint8Array,
  start: number,
  end: number,
) => string | undefined;

/** Makes the reader for a run. */
export function createParsedLines(
  { types, fields }: ParseOptions,
): AddParsed {
  const typeIndex = new Map(types.map((type, index) => [type, index]));
  const readers = fields.map(fieldReader);
  return (rows, line, bytes, start, end) => {
    let event: Record<string, unknown>;
    try {
      event = JSON.parse(line);
    } catch {
      // JSON.parse throws nothing but a SyntaxError.
      return "not valid JSON";
    }
    if (typeof event !== "object" || event === null || Array.isArray(event)) {
      return "not a JSON object";
    }
    const name = event["type"];
    const index = typeIndex.get(name as string);
    const amount = event["value"];
    const ts = event["ts"];
    if (typeof ts !== "string") return notA("ts", ts, "a string");
    if (!isTimestamp(ts)) return `ts ${NO_TIMESTAMP}`;
    if (index === undefined) {
      return typeof name === "string"
        ? `unknown type ${JSON.stringify(shorten(name))}`
        : notA("type", name, "a string");
    }
    const user = event["user"];
    if (typeof user !== "string") return notA("user", user, "a string");
    if (typeof amount !== "number") return notA("value", amount, "a number");
    if (!Number.isFinite(amount)) return "value is not finite";
    const row = rows.count;
    if (name === WORK_TYPE) {
      const item = readWorkItem(event["work"], row);
      if (typeof item === "string") return item;
      rows.work.push(item);
    }
    rows.type[row] = index;
    const whole = Math.trunc(amount);
    let cut = whole !== amount;
    rows.value[row] = whole + 0; // + 0 turns -0 into 0
    // A double may have lost digits, or be the integer that a long fraction
    // was rounded to: read the digits.
    if (!cut && (!isSafe(amount) || hasLongNumber(bytes, start, end))) {
      const split = splitNumber(knownNumberSource(line, "value"));
      cut = split.hasFraction;
      if (isSafe(amount)) rows.value[row] = Number(split.integer);
      else rows.exact.push({ row, decimal: split.integer.toString() });
    }
    if (cut && name !== WORK_TYPE) rows.fractionsCut++;
    rows.columns.forEach(({ dictionary, index }, at) => {
      index[row] = dictionary.addText(
        JSON.stringify(readers[at]!(event) ?? null),
      );
    });
    rows.count++;
    return undefined;
  };
}

/** True for what a double holds, all integers next to it too. */
function isSafe(amount: number): boolean {
  return Math.abs(amount) <= Number.MAX_SAFE_INTEGER;
}

function notA(field: string, value: unknown, kind: string): string {
  return value === undefined
    ? `${field} is missing`
    : `${field} is not ${kind}`;
}

/** Longest piece of an input that goes into a reason. */
const MAX_QUOTED = 64;

function shorten(text: string): string {
  if (text.length <= MAX_QUOTED) return text;
  // Leave out half of a character that takes two.
  return `${text.slice(0, MAX_QUOTED).replace(/[\ud800-\udbff]$/, "")}…`;
}
