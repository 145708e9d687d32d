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
  EventBatch,
  RawBatch,
  Reject,
} from "../../proto/pipeline/batches.ts";
import { areBlank, cutLine } from "../events/lines.ts";
import { type AttemptOptions, createAttempts } from "./attempts.ts";
import { MISS } from "./found.ts";
import { type AddParsed, createParsedLines } from "./parsed_line.ts";
import {
  createRows,
  type EventFields,
  finishRows,
  type RowPlaces,
  type Rows,
} from "./rows.ts";
import { type AddScanned, createScannedLines } from "./scanned_line.ts";

/** Options for {@linkcode createParse}. */
export type ParseOptions = EventFields;

/** Builds the transform of the parse stage. */
export function createParse(
  options: ParseOptions,
): (batch: RawBatch) => EventBatch {
  return readLines(options, {
    addScanned: createScannedLines(options),
    addParsed: createParsedLines(options),
  });
}

/** How lines become events. */
export interface LineReading {
  /** Reads the usual line from its bytes. */
  addScanned: AddScanned;
  /** Reads any other from its text, or says why it holds no event. */
  addParsed: AddParsed;
}

/** Builds the transform of a parse stage that reads line by line. */
export function readLines(
  options: ParseOptions,
  { addScanned, addParsed }: LineReading,
): (batch: RawBatch) => EventBatch {
  const attempts = createAttempts(SCANNING);

  return (batch) => {
    const lines = asBytes(batch.lines);
    const texts = createTexts(lines);
    const rows = createRows(batch.end.event - batch.begin.event, options);
    const { places } = rows;
    /** Where the first of the lines is, after the start of the batch. */
    const before = batch.linesOffset - batch.begin.offset;
    const rejects: Reject[] = [];
    let lastLineFeed = lines.length - 1;
    while (lastLineFeed >= 0 && lines[lastLineFeed] !== LINE_FEED) {
      lastLineFeed--;
    }
    let lineNumber = 0;
    for (let start = 0; start < lines.length;) {
      lineNumber++;
      const mayScan = start <= lastLineFeed && attempts.next();
      const scanned = mayScan ? addScanned(rows, lines, start) : MISS;
      if (scanned !== MISS) {
        attempts.hit();
        if (places) setPlace(places, rows, lineNumber, before + start);
        start = scanned + 1;
        continue;
      }
      if (mayScan) attempts.miss();
      const end = texts.lineEnd(start);
      if (!areBlank(lines, start, end)) {
        const line = texts.line(start, end);
        const reason = line === undefined
          ? "not valid UTF-8"
          : addParsed(rows, line, lines, start, end);
        if (reason !== undefined) {
          rejects.push({
            line: batch.begin.line + lineNumber,
            offset: batch.linesOffset + start,
            stage: "parse",
            reason,
            ...cutLine(lines.subarray(start, end)),
          });
        } else if (places) setPlace(places, rows, lineNumber, before + start);
      }
      start = end + 1;
    }
    if (batch.oversized) rejects.push(batch.oversized);
    return finishRows(rows, {
      begin: batch.begin,
      end: batch.end,
      rejects,
    });
  };
}

const LINE_FEED = 0x0a;

/** Sets where the line of the last row is. */
function setPlace(
  { line, lineOffset }: RowPlaces,
  { count }: Rows,
  lineNumber: number,
  offset: number,
): void {
  line[count - 1] = lineNumber;
  lineOffset[count - 1] = offset;
}

/** After four unusual lines in a row the next ones are not scanned. */
const SCANNING: AttemptOptions = { most: 4, forgiven: Infinity, pause: 60 };

/** The same bytes, never as a Buffer: code for two kinds of array is slower. */
function asBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The lines of a batch as text, for those that are not read from their bytes.
 *
 * Makes one text of the whole batch as soon as one is asked for: that costs less
 * than two lines one by one.
 */
function createTexts(lines: Uint8Array) {
  let whole: string | undefined;
  let isWholeAscii: boolean | undefined;
  return {
    lineEnd(start: number): number {
      whole ??= latin1(lines);
      const end = whole.indexOf("\n", start);
      return end < 0 ? whole.length : end;
    },
    /** The text; undefined where the bytes are not UTF-8. */
    line(start: number, end: number): string | undefined {
      isWholeAscii ??= isAscii(lines);
      if (isWholeAscii) return (whole ??= latin1(lines)).slice(start, end);
      return decode(lines.subarray(start, end));
    },
  };
}

/** Returns undefined where the bytes are not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined; // not UTF-8
    throw error;
  }
}

/** The bytes as characters of the same number; no character is lost. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString("latin1");
}
