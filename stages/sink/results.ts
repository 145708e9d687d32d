/**
 * Results and rejects as lines of JSON, the way the files and `--json` show
 * them.
 *
 * @module
 */

import type { Reject } from "../../proto/pipeline/batches.ts";
import type { Result } from "../aggregate/aggregate.ts";
import type { RecordKind } from "./formats.ts";

/** One result as it is written: a number beyond 2^53 is a string. */
export interface ResultRecord {
  key: string;
  count: number;
  sum: number | string;
  avg: number;
  min: number | string;
  max: number | string;
  /** For each tag how many events had each of its values. */
  tags: Record<string, Record<string, number>>;
}

/** Turns a result into what is written of it. */
export function toRecord(
  { key, count, sum, avg, min, max, tags }: Result,
): ResultRecord {
  const byTag: ResultRecord["tags"] = {};
  for (const { tag, value, count } of tags) {
    byTag[tag] = { ...byTag[tag], [value]: count };
  }
  return {
    key,
    count,
    sum: toNumber(sum),
    avg,
    min: toNumber(min),
    max: toNumber(max),
    tags: byTag,
  };
}

/** The tags that results can have, with all their values. */
type Tags = readonly { name: string; values: readonly string[] }[];

/**
 * What records are, for whoever writes them without knowing their fields.
 *
 * @param tags The tags that the rules may set. @default {none}
 */
export function recordKind(tags: Tags = []): RecordKind {
  const counts = tags.flatMap(({ name, values }) =>
    values.map((value) => ({ tag: name, value, count: 0 }))
  );
  const zero = { count: 0, sum: "0", avg: 0, min: "0", max: "0" };
  return {
    keys: ["key"],
    fields: toRecord({ key: "", ...zero, tags: counts }),
  };
}

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

function toNumber(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) ? number : text;
}
