/**
 * Reads a rejects file, record by record, for whoever runs them again.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";

/** A record of a rejects file. */
export interface RejectRecord {
  /** The line of the input, or the start of it. */
  text: string;
  /** True where there was more of the line. */
  isCut: boolean;
  /** True where the text has U+FFFD in the place of bytes of the line. */
  isLossy: boolean;
  /** The length of the whole line, in bytes; 0 for one that is not cut. */
  length: number;
  /** Where the line stands in the input: all that the record says of it. */
  place: Record<string, unknown>;
}

/**
 * Stands for a line that the file does not have as it was: what it has of it may
 * be an event, and this is none.
 */
const LOST_LINE = "!";

/**
 * The line that a record is when it is run again, without its end. Whoever mended
 * a text may have put a line end within it; JSON takes a space for that.
 */
export function lineOf({ isCut, isLossy, text }: RejectRecord): string {
  return isCut || isLossy ? LOST_LINE : text.replaceAll("\n", " ");
}

/** Where bytes come from. */
type Read = (buffer: Uint8Array) => Promise<number | null>;

const CHUNK_BYTES = 65_536;
/** No record is longer: a text of 4 KiB, each of whose bytes is escaped. */
const LONGEST_RECORD = 1_048_576;
const LINE_FEED = 0x0a;

/**
 * Reads the records one after the other; blank lines are passed over.
 *
 * @param read Gives the bytes of the file from its start.
 * @param path Its path, for messages.
 * @throws {Fault} `failed_precondition` for a line that is no reject.
 */
export async function* readRejectRecords(
  read: Read,
  path: string,
): AsyncGenerator<RejectRecord> {
  let line = 0;
  for await (const text of eachLine(read)) {
    line++;
    if (text.trim() === "") continue;
    const record = asRecord(text);
    if (record) yield record;
    else {
      throw new Fault(
        "failed_precondition",
        `Cannot replay "${path}": its line ${line} is no reject; name a rejects file, and read others by --input`,
      );
    }
  }
}

/** A line that is too long comes in parts, which are no records. */
async function* eachLine(read: Read): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let left = new Uint8Array();
  for (;;) {
    const buffer = new Uint8Array(left.length + CHUNK_BYTES);
    buffer.set(left);
    const count = await read(buffer.subarray(left.length));
    const bytes = buffer.subarray(0, left.length + (count ?? 0));
    let start = 0;
    for (
      let end;
      (end = bytes.indexOf(LINE_FEED, start)) >= 0;
      start = end + 1
    ) yield decoder.decode(bytes.subarray(start, end));
    left = bytes.subarray(start);
    if (count !== null && left.length <= LONGEST_RECORD) continue;
    if (left.length > 0) yield decoder.decode(left);
    if (count === null) return;
    left = new Uint8Array();
  }
}

function asRecord(json: string): RejectRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { text, truncated, length, stage, reason, ...place } = value as Record<
    string,
    unknown
  >;
  if (
    typeof text !== "string" || typeof stage !== "string" ||
    typeof reason !== "string" || !Number.isSafeInteger(place["line"]) ||
    !Number.isSafeInteger(place["offset"]) ||
    (truncated === true) !== Number.isSafeInteger(length)
  ) return undefined;
  return {
    text,
    isCut: truncated === true,
    // Whoever has mended the text may have left the mark.
    isLossy: place["lossy"] === true && text.includes("\ufffd"),
    length: Number(length ?? 0),
    place,
  };
}
