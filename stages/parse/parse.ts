/**
 * The parse stage: turns lines into events, as columns.
 *
 * A line that is no event becomes a reject with its reason; it never throws.
 * The reasons do not repeat V8's own words, which change between versions.
 *
 * @module
 */

import { Buffer, isAscii } from "node:buffer";
import type {
  Column,
  EventBatch,
  RawBatch,
  Reject,
  WorkItem,
} from "../../proto/pipeline/batches.ts";
import { firstOf, NO_ROWS, NO_SCORES } from "../events/event_batch.ts";
import { splitNumber } from "../events/exact_integer.ts";
import { cutLine, isBlank } from "../events/lines.ts";
import { readWorkItem, WORK_TYPE } from "../events/work_item.ts";
import { type FieldReader, fieldReader } from "./fields.ts";
import { hasLongNumber, knownNumberSource } from "./number_source.ts";
import { isTimestamp, NO_TIMESTAMP } from "./timestamp.ts";

/** Options for {@linkcode createParse}. */
export interface ParseOptions {
  /** The event types known to the run, in the order of the type column. */
  types: readonly string[];
  /** The further fields that the rules read; see the contract's Resume. */
  fields: readonly string[];
}

/** What JSON.parse made of a line. */
type JsonObject = Record<string, unknown>;

/** Builds the transform of the parse stage. */
export function createParse(
  { types, fields }: ParseOptions,
): (batch: RawBatch) => EventBatch {
  const typeIndex = new Map(types.map((type, index) => [type, index]));
  const readers = fields.map(fieldReader);

  return (batch) => {
    const { lines } = batch;
    const mostRows = batch.end.event - batch.begin.event;
    const type = new Uint16Array(mostRows);
    const value = new Float64Array(mostRows);
    const exact: EventBatch["exact"] = [];
    const work: WorkItem[] = [];
    const rejects: Reject[] = [];
    const columns = readers.map((reader) => createColumn(reader, mostRows));
    let row = 0;
    let fractionsCut = 0;

    /**
     * Adds the event that `line`, the bytes from `start` to `end`, holds, or
     * returns why it holds none.
     */
    const add = (
      line: string,
      start: number,
      end: number,
    ): string | undefined => {
      let event: JsonObject;
      try {
        event = JSON.parse(line);
      } catch {
        // JSON.parse throws nothing but a SyntaxError.
        return "not valid JSON";
      }
      if (
        typeof event !== "object" || event === null || Array.isArray(event)
      ) return "not a JSON object";
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
      if (name === WORK_TYPE) {
        const item = readWorkItem(event["work"], row);
        if (typeof item === "string") return item;
        work.push(item);
      }
      type[row] = index;
      const whole = Math.trunc(amount);
      let cut = whole !== amount;
      value[row] = whole + 0; // + 0 turns -0 into 0
      // A double may have lost digits, or be the integer that a long fraction
      // was rounded to: read the digits.
      if (!cut && (!isSafe(amount) || hasLongNumber(lines, start, end))) {
        const split = splitNumber(knownNumberSource(line, "value"));
        cut = split.hasFraction;
        if (isSafe(amount)) value[row] = Number(split.integer);
        else exact.push({ row, decimal: split.integer.toString() });
      }
      if (cut && name !== WORK_TYPE) fractionsCut++;
      for (const column of columns) column.set(row, event);
      row++;
      return undefined;
    };
    const refuse = (lineNumber: number, start: number, reason: string) => {
      const lineEnd = lines.indexOf(0x0a, start);
      const bytes = lines.subarray(start, lineEnd < 0 ? undefined : lineEnd);
      rejects.push({
        line: batch.begin.line + lineNumber,
        offset: batch.linesOffset + start,
        stage: "parse",
        reason,
        ...cutLine(bytes),
      });
    };

    if (isAscii(lines)) {
      eachLine(latin1(lines), (line, lineNumber, start) => {
        const reason = add(line, start, start + line.length);
        if (reason) refuse(lineNumber, start, reason);
      });
    } else {
      eachLine(latin1(lines), (line, lineNumber, start) => {
        const end = start + line.length;
        const decoded = decode(lines.subarray(start, end));
        const reason = decoded === undefined
          ? "not valid UTF-8"
          : add(decoded, start, end);
        if (reason) refuse(lineNumber, start, reason);
      });
    }
    if (batch.oversized) rejects.push(batch.oversized);

    return {
      begin: batch.begin,
      end: batch.end,
      type: firstOf(type, row),
      value: firstOf(value, row),
      exact,
      columns: columns.map((column) => column.finish(row)),
      tags: [],
      work,
      scoreRow: NO_ROWS,
      score: NO_SCORES,
      filtered: 0,
      rejects,
      ...(fractionsCut > 0 ? { fractionsCut } : {}),
    };
  };
}

/** True for what a double holds, all integers next to it too. */
function isSafe(amount: number): boolean {
  return Math.abs(amount) <= Number.MAX_SAFE_INTEGER;
}

/** The bytes as characters of the same number; no character is lost. */
function latin1(bytes: Uint8Array): string {
  const buffer = bytes instanceof Buffer
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString("latin1");
}

/** Calls `visit` with each line that is not blank, its number from 1, and where it starts. */
function eachLine(
  text: string,
  visit: (line: string, lineNumber: number, start: number) => void,
): void {
  let lineNumber = 0;
  for (let start = 0; start < text.length;) {
    const lineEnd = text.indexOf("\n", start);
    const end = lineEnd < 0 ? text.length : lineEnd;
    lineNumber++;
    if (!isBlank(text, start, end)) {
      visit(text.slice(start, end), lineNumber, start);
    }
    start = end + 1;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined; // not UTF-8
    throw error;
  }
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

/** Collects one field of a batch's events. */
function createColumn(read: FieldReader, mostRows: number) {
  const dictionary = ["null"];
  const known = new Map<string, number>([["null", 0]]);
  const index = new Uint32Array(mostRows);
  return {
    set(row: number, event: JsonObject): void {
      const json = JSON.stringify(read(event) ?? null);
      let at = known.get(json);
      if (at === undefined) {
        at = dictionary.push(json) - 1;
        known.set(json, at);
      }
      index[row] = at;
    },
    finish: (rows: number): Column => ({
      dictionary,
      index: firstOf(index, rows),
    }),
  };
}
