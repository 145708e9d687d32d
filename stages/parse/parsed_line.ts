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
import type { Schema } from "../../proto/pipeline/batches.ts";
import { formatField, type Path } from "../schema/schema.ts";
import type { ByteDictionary } from "./byte_dictionary.ts";
import { hasEscapedKey, parseEscapedKeys } from "./escaped_keys.ts";
import { scalarAt, valueAt } from "./fields.ts";
import { hasLongNumber, knownNumberSource } from "./number_source.ts";
import { createKeyReader } from "./parsed_key.ts";
import { createTimeReader } from "./parsed_time.ts";
import { isSafe } from "./plain_json.ts";
import type { EventFields, Rows } from "./rows.ts";

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
  { schema, fields }: EventFields,
): AddParsed {
  const keys = schema.keys.map((key) => ({
    read: createKeyReader(key),
    isClosed: key.oneOf.length > 0,
    found: { index: 0, json: "" },
  }));
  const values = schema.values.map((value) => ({
    ...value,
    isInteger: value.as === "integer",
    found: NaN,
  }));
  const required = schema.required.map(createCheck);
  const isTimeAsked = !!schema.windows || fields.some(({ isTime }) => isTime);
  const readTime = createTimeReader(schema, isTimeAsked);
  const workIndex = workIndexOf(schema);

  return (rows, line, bytes, start, end) => {
    const event = readObject(line);
    if (typeof event === "string") return event;
    const time = readTime(event);
    if (typeof time === "string") return time;
    for (const { read, found } of keys) {
      const reason = read(event, line, found);
      if (reason !== undefined) return reason;
    }
    for (const check of required) {
      const reason = check(event);
      if (reason !== undefined) return reason;
    }
    for (const value of values) {
      const amount = valueAt(event, value.path);
      if (typeof amount !== "number") {
        if (!value.required && (amount ?? null) === null) {
          value.found = NaN;
          continue;
        }
        return isNot(value.path, amount, "a number");
      }
      if (!Number.isFinite(amount)) {
        return `${formatField(value.path)} is not finite`;
      }
      value.found = amount + 0; // + 0 turns -0 into 0
    }
    const row = rows.count;
    const isWork = workIndex >= 0 && keys[0]!.found.index === workIndex;
    if (isWork) {
      const item = readWorkItem(event["work"], row);
      if (typeof item === "string") return item;
      rows.work.push(item);
    }
    keys.forEach(({ found, isClosed }, at) => {
      const { dictionary, index } = rows.keys[at]!;
      index[row] = isClosed ? found.index : dictionary.addText(found.json);
    });
    values.forEach(({ found, isInteger, path }, at) => {
      const { value, exact } = rows.values[at]!;
      value[row] = found;
      if (!isInteger || Number.isNaN(found)) return;
      const whole = Math.trunc(found);
      let cut = whole !== found;
      value[row] = whole + 0;
      // A double may have lost digits, or be the integer that a long fraction
      // was rounded to: read the digits.
      if (!cut && (!isSafe(found) || hasLongNumber(bytes, start, end))) {
        const split = splitNumber(knownNumberSource(line, path));
        cut = split.hasFraction;
        if (isSafe(found)) value[row] = Number(split.integer);
        else exact.push({ row, decimal: split.integer.toString() });
      }
      if (cut && !isWork) rows.fractionsCut++;
    });
    fields.forEach(({ path, isTime }, at) => {
      const { dictionary, index } = rows.columns[at]!;
      // JSON.stringify() makes null of NaN.
      const json = JSON.stringify(isTime ? time : scalarAt(event, path));
      index[row] = dictionary.addText(json);
    });
    if (rows.timeMs) rows.timeMs[row] = time;
    rows.count++;
    return undefined;
  };
}

/**
 * The number of the type whose events are work items, -1 where there is none:
 * only the built-in schema has them.
 */
export function workIndexOf({ builtIn, keys }: Schema): number {
  return builtIn ? keys[0]!.oneOf.indexOf(JSON.stringify(WORK_TYPE)) : -1;
}

/** The event of a line, or why it has none. */
function readObject(line: string): Record<string, unknown> | string {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    // JSON.parse throws nothing but a SyntaxError.
    return "not valid JSON";
  }
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    return "not a JSON object";
  }
  return (hasEscapedKey(line) ? parseEscapedKeys(line) : event) as Record<
    string,
    unknown
  >;
}

/** What each kind of a required field is for JavaScript, and in words. */
const KINDS: Readonly<Record<string, [type: string, words: string]>> = {
  text: ["string", "a string"],
  number: ["number", "a number"],
  boolean: ["boolean", "a boolean"],
};

/** Makes the check of a required field: it returns what is wrong with it. */
function createCheck({ path, as }: Schema["required"][number]) {
  const kind = KINDS[as];
  return (event: Record<string, unknown>): string | undefined => {
    const value = valueAt(event, path);
    if (kind === undefined) {
      return (value ?? null) === null
        ? `${formatField(path)} is missing`
        : undefined;
    }
    const [type, words] = kind;
    // deno-lint-ignore valid-typeof -- it is one of what typeof can be
    return typeof value === type ? undefined : isNot(path, value, words);
  };
}

function isNot(path: Path, value: unknown, words: string): string {
  const field = formatField(path);
  return value === undefined
    ? `${field} is missing`
    : `${field} is not ${words}`;
}
