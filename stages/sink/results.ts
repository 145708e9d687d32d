/**
 * Results and rejects as lines of JSON, the way the files and `--json` show
 * them.
 *
 * @module
 */

import type { Opening, Reject, Schema } from "../../proto/pipeline/batches.ts";
import type { Figures__Output as Figures } from "../../proto/types/pipeline/v1/Figures.ts";
import type { Result__Output as Result } from "../../proto/types/pipeline/v1/Result.ts";
import type { RecordKind } from "./formats.ts";

/** What JSON can hold. */
type Json = string | number | boolean | null | Json[] | {
  [name: string]: Json;
};

/** One result as it is written: an integer beyond 2^53 is a string. */
export interface ResultRecord {
  [name: string]: Json;
  /** How many events it is of. */
  count: number;
}

/** A result of the events that are built in. */
export type BuiltInRecord = {
  key: string;
  count: number;
  sum: number | string;
  avg: number;
  min: number | string;
  max: number | string;
  /** For each tag how many events had each of its values. */
  tags: Record<string, Record<string, number>>;
};

/** The tags that results can have, with all their values. */
type Tags = Opening["tags"];

/** What stands in the key of those that were too many groups. */
const OTHER = "other";

/** Turns a result into what is written of it. */
export function toRecord(
  result: Result,
  schema: Schema,
  tags: Tags = [],
): ResultRecord {
  return createRecorder(schema, tags)(result);
}

/**
 * Prepares to turn results into what is written of them.
 *
 * @param tags The tags that the rules may set. @default {none}
 */
export function createRecorder(
  schema: Schema,
  tags: Tags = [],
): (result: Result) => ResultRecord {
  const { keys, values, windows, builtIn } = schema;
  if (builtIn && !windows) return builtInRecord;
  const hasTags = tags.length > 0;
  // Results come window by window.
  const [startOf, endOf] = [memoized(timeText), memoized(timeText)];
  return (result) => {
    const record: { [name: string]: Json } = {};
    if (windows) {
      record["window_start"] = startOf(result.windowMs!);
      record["window_end"] = endOf(result.windowMs! + windows.sizeMs);
    }
    if (builtIn) return Object.assign(record, builtInRecord(result));
    const isOther = keys.length > 0 && result.key.length === 0;
    for (const [at, { name }] of keys.entries()) {
      put(record, name, isOther ? OTHER : keyValue(result.key[at]!));
    }
    if (isOther) record[OTHER] = true;
    record["count"] = result.count;
    for (const [at, { name, as, of }] of values.entries()) {
      put(record, name, figuresOf(result.values[at]!, of, as));
    }
    if (hasTags) record["tags"] = byTag(result);
    return record as ResultRecord;
  };
}

function builtInRecord({ key, count, values, tags }: Result): BuiltInRecord {
  const { sum, avg, min, max } = values[0]!;
  const [type] = key;
  return {
    key: type === undefined ? OTHER : JSON.parse(type),
    count,
    sum: toInteger(sum),
    avg: avg!,
    min: toInteger(min),
    max: toInteger(max),
    tags: byTag({ tags }),
  };
}

function byTag({ tags }: Pick<Result, "tags">): BuiltInRecord["tags"] {
  const counts: BuiltInRecord["tags"] = {};
  for (const { tag, value, count } of tags) {
    counts[tag] = { ...counts[tag], [value]: count };
  }
  return counts;
}

/** What is wanted of a value, in that order. */
function figuresOf(
  figures: Figures,
  of: readonly string[],
  as: string,
): { [name: string]: Json } {
  const read = as === "integer" ? toInteger : toDouble;
  const isThere = figures.count > 0;
  const known: { [name: string]: Json } = {};
  let percentile = 0;
  for (const figure of of) {
    switch (figure) {
      case "count":
        known[figure] = figures.count;
        break;
      case "sum":
        known[figure] = isThere ? read(figures.sum) : 0;
        break;
      case "avg":
        known[figure] = figures.avg ?? null;
        break;
      case "min":
      case "max":
        known[figure] = isThere ? read(figures[figure]) : null;
        break;
      default: {
        const text = figures.percentiles[percentile++];
        known[figure] = text === undefined ? null : read(text);
      }
    }
  }
  return known;
}

/** Sets a field, whatever it is called. */
function put(record: { [name: string]: Json }, name: string, value: Json) {
  if (name !== "__proto__") record[name] = value;
  else {
    Object.defineProperty(record, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}

/** A field of the key, which is JSON; an integer beyond 2^53 becomes text. */
function keyValue(json: string): Json {
  return INTEGER.test(json) ? toInteger(json) : JSON.parse(json);
}

/** ISO 8601 in UTC, with milliseconds only where there are some. */
function timeText(ms: number): string {
  const date = new Date(ms);
  // Years that no calendar has: better than nothing is what it was computed as.
  if (Number.isNaN(date.getTime())) return String(ms);
  return date.toISOString().replace(".000Z", "Z");
}

/** Remembers the last answer. */
function memoized<In, Out>(compute: (given: In) => Out): (given: In) => Out {
  let last: { given: In; out: Out } | undefined;
  return (given) => {
    if (last?.given !== given) last = { given, out: compute(given) };
    return last.out;
  };
}

/**
 * What records are, for whoever writes them without knowing their fields.
 *
 * @param tags The tags that the rules may set. @default {none}
 */
export function recordKind(schema: Schema, tags: Tags = []): RecordKind {
  const { keys, values, windows, other, builtIn } = schema;
  const record = createRecorder(schema, tags);
  const fields = record({
    key: keys.map(() => "null"),
    count: 0,
    values: values.map(() => NO_FIGURES),
    tags: tags.flatMap(({ name, values }) =>
      values.map((value) => ({ tag: name, value, count: 0 }))
    ),
    ...(windows ? { windowMs: 0 } : {}),
  });
  const names = keys.map(({ name }) => name);
  if (builtIn && !windows) return { keys: names, fields, builtIn };
  const isMarked = other && names.length > 0;
  return {
    keys: [...windows ? ["window_start"] : [], ...names],
    fields: isMarked ? withMark(fields) : fields,
    // A database may hold some of a run that had them.
    marks: [OTHER],
  };
}

/** The mark stands between the key and the figures. */
function withMark(fields: ResultRecord): object {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      name === "count" ? [[OTHER, true], [name, value]] : [[name, value]]
    ),
  );
}

const NO_FIGURES: Figures = {
  count: 0,
  sum: "0",
  min: "0",
  max: "0",
  avg: 0,
  percentiles: [],
};

/** Reads a result file. @throws {SyntaxError} If a line is not JSON. */
export function parseResults(text: string): ResultRecord[] {
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Writes a reject as one line of NDJSON. Bytes that are not UTF-8 become U+FFFD,
 * and the record says so: such a text cannot be run again.
 *
 * @param place Where its line stands. @default {where the reject says}
 */
export function rejectLine(
  { line, offset, stage, reason, text, length }: Reject,
  place: Record<string, unknown> = { line, offset },
): string {
  const shown = utf8.decode(text);
  const record = {
    ...place,
    stage,
    reason,
    text: shown,
    ...(text.length < length
      ? { truncated: true, length }
      : shown.includes("\ufffd") && !isText(text)
      ? { lossy: true }
      : {}),
  };
  return `${JSON.stringify(record)}\n`;
}

const strict = new TextDecoder("utf-8", { fatal: true });

/** True for bytes that are UTF-8. */
function isText(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

const INTEGER = /^-?\d+$/;

/** An integer beyond 2^53 stays text: JSON is read as doubles. */
function toInteger(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) || !INTEGER.test(text) ? number : text;
}

/** A double as it is; what none can hold stays text. */
function toDouble(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
