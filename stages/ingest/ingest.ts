/**
 * Cuts the input into batches of whole lines.
 *
 * Memory does not depend on the size of the input: one buffer holds the lines
 * being cut, and a line too long for it is skipped and becomes a reject.
 * Reading is the only thing it does; service.ts opens the file and sends.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import {
  isSamePosition,
  type Position,
  type RawBatch,
  type Reject,
} from "../../proto/pipeline/batches.ts";
import { LONGEST_TIMER_MS } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  BYTE_ORDER_MARK,
  isBlank,
  isWhiteSpace,
  MAX_BATCH_BYTES,
  MAX_BATCH_EVENTS,
  MAX_REJECT_TEXT,
} from "../events/lines.ts";
import { describeForeign } from "./foreign_format.ts";

/** Where bytes come from; an open file is one. */
export type ByteSource = Pick<Deno.FsFile, "read">;

/** Options for {@linkcode readBatches}. */
export interface IngestOptions {
  /**
   * Most events in a batch, or in the one that begins at a position. A batch
   * also ends at 1 MiB of lines, and at 65,536 events.
   */
  batch: number | ((begin: Position) => number);
  /** Longest line, in bytes without its line end; a longer one is a reject. */
  maxLine: number;
  /**
   * Takes what does not look like text in UTF-8 too, line by line.
   * @default {refuses it}
   */
  anyInput?: boolean;
  /**
   * How long an event waits for others to fill its batch where the source has
   * no more at the moment, in milliseconds. @default {as long as it takes}
   */
  lingerMs?: number;
  /** Where in the input `source` stands. */
  from: Position;
}

/** Bytes read from the input at once. */
const CHUNK_BYTES = 1_048_576;

/**
 * Reads `source` to its end in batches of consecutive lines.
 *
 * `lines` of a batch is a view that is only valid until the next one is asked
 * for.
 *
 * @throws {Fault} `failed_precondition` if the source is no text in UTF-8,
 * unless `anyInput`.
 */
export async function* readBatches(
  source: ByteSource,
  { batch, maxLine, anyInput = false, lingerMs = Infinity, from }:
    IngestOptions,
): AsyncGenerator<RawBatch> {
  // A line end of two bytes may follow the longest line.
  const buffer = Buffer.allocUnsafe(
    MAX_BATCH_BYTES + maxLine + 2 + CHUNK_BYTES,
  );
  let text = ""; // the buffer's bytes, one character each: faster to search
  let filled = 0;
  let lineStart = 0;
  let ended = false;
  // The batch being cut. `linesStart` is its first byte in the buffer.
  let begin = from;
  let linesStart = 0;
  let { event, line } = from;
  const wanted = typeof batch === "number" ? () => batch : batch;
  const mostFrom = (begin: Position) =>
    Math.min(wanted(begin), MAX_BATCH_EVENTS);
  let most = mostFrom(begin);
  /** Offset in the input of the buffer's first byte. */
  let base = from.offset;

  /** The reading that goes on while a batch that could not wait is sent. */
  let reading: Promise<number | null> | undefined;
  /** When the bytes of the batch came: its first event's, and the last ones. */
  let firstMs = 0;
  let arrivedMs = 0;
  /** When the batch has waited long enough, once it has an event. */
  let dueMs = Infinity;

  /** Waits for more bytes; false at the end. */
  const readMore = async (): Promise<boolean> => {
    const count = await startReading();
    reading = undefined;
    if (count !== null) filled += count;
    arrivedMs = epochMs();
    if (event === begin.event) firstMs = arrivedMs;
    text = buffer.toString("latin1", 0, filled);
    return count !== null;
  };
  /** Asks for more bytes, unless it has; everything from `linesStart` is kept. */
  const startReading = (): Promise<number | null> => {
    if (reading) return reading;
    buffer.copyWithin(0, linesStart, filled);
    text = text.slice(linesStart);
    base += linesStart;
    filled -= linesStart;
    lineStart -= linesStart;
    linesStart = 0;
    reading = source.read(buffer.subarray(filled, filled + CHUNK_BYTES));
    reading.catch(() => {}); // whoever reads on hears of it
    return reading;
  };
  /** False when the events that there are have waited long enough. */
  const mayWait = async (): Promise<boolean> => {
    if (lingerMs === Infinity || event === begin.event) return true;
    const nowMs = performance.now();
    if (dueMs === Infinity) dueMs = nowMs + lingerMs;
    return nowMs < dueMs &&
      await isSettledWithin(startReading(), dueMs - nowMs);
  };
  const cut = (): RawBatch => {
    const end = { event, offset: base + lineStart, line };
    const result: RawBatch = {
      begin,
      end,
      linesOffset: base + linesStart,
      lines: buffer.subarray(linesStart, lineStart),
      firstMs,
      lastMs: arrivedMs,
    };
    linesStart = lineStart;
    begin = end;
    dueMs = Infinity;
    firstMs = arrivedMs;
    most = mostFrom(begin);
    return result;
  };

  if (from.offset === 0) {
    // Not one byte more than it takes to know: an event may be waiting.
    const mayBeMark = () =>
      BYTE_ORDER_MARK.every((byte, at) => at >= filled || buffer[at] === byte);
    while (mayBeMark() && filled < BYTE_ORDER_MARK.length && !ended) {
      ended = !(await readMore());
    }
    const foreign = anyInput
      ? undefined
      : describeForeign(buffer.subarray(0, filled));
    if (foreign) {
      throw new Fault(
        "failed_precondition",
        `Cannot read the input: ${foreign}`,
      );
    }
    if (mayBeMark() && filled >= BYTE_ORDER_MARK.length) {
      lineStart = linesStart = BYTE_ORDER_MARK.length;
    }
  }
  for (;;) {
    const lineEnd = text.indexOf("\n", lineStart);
    const end = lineEnd >= 0 ? lineEnd : filled;
    if (end - lineStart > maxLine && !endsWithin(lineStart, end)) {
      if (lineStart > linesStart) yield cut();
      yield await skipLine(lineEnd);
      continue;
    }
    if (lineEnd < 0 && !ended) {
      if (await mayWait()) ended = !(await readMore());
      else yield cut();
      continue;
    }
    if (end > lineStart && !isBlank(text, lineStart, end)) event++;
    if (lineEnd >= 0) line++;
    lineStart = lineEnd >= 0 ? lineEnd + 1 : filled;
    const full = event - begin.event >= most ||
      lineStart - linesStart >= MAX_BATCH_BYTES;
    if (full) yield cut();
    if (lineEnd < 0) break;
  }
  const rest = cut();
  if (!isSamePosition(rest.begin, rest.end)) yield rest;

  /** True when the one byte too many is the carriage return of the line end. */
  function endsWithin(start: number, end: number): boolean {
    return end - start === maxLine + 1 && buffer[end - 1] === 0x0d;
  }

  /**
   * Leaves out the line at `lineStart`, which is too long, reading on to its
   * end where that is not yet known. White space only is no event even so.
   */
  async function skipLine(lineEnd: number): Promise<RawBatch> {
    const offset = base + lineStart;
    const kept = new Uint8Array(MAX_REJECT_TEXT);
    let blank = true;
    let length = 0;
    let lastByte = 0;
    let end = lineEnd;
    for (;;) {
      const upTo = end >= 0 ? end : filled;
      for (let at = lineStart; blank && at < upTo; at++) {
        blank = isWhiteSpace(buffer[at]!);
      }
      if (length < MAX_REJECT_TEXT) {
        const most = lineStart + MAX_REJECT_TEXT - length;
        kept.set(buffer.subarray(lineStart, Math.min(upTo, most)), length);
      }
      length += upTo - lineStart;
      if (upTo > lineStart) lastByte = buffer[upTo - 1]!;
      lineStart = linesStart = upTo;
      if (end >= 0 || ended) break;
      ended = !(await readMore());
      end = text.indexOf("\n", lineStart);
    }
    if (end >= 0) lineStart = linesStart = end + 1;
    if (lastByte === 0x0d) length--;
    const reject: Reject = {
      line: line + 1,
      offset,
      stage: "ingest",
      reason: `line is longer than ${maxLine} bytes`,
      text: kept.slice(0, Math.min(length, MAX_REJECT_TEXT)),
      length,
    };
    if (end >= 0) line++;
    if (!blank) event++;
    const batch = cut();
    return blank ? batch : { ...batch, oversized: reject };
  }
}

/** Now, in milliseconds since 1970, by a clock that all processes share. */
function epochMs(): number {
  return performance.timeOrigin + performance.now();
}

/** True if `work` comes to an end, in whatever way, in so many milliseconds. */
function isSettledWithin(
  work: Promise<unknown>,
  ms: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve(false),
      Math.min(ms, LONGEST_TIMER_MS),
    );
    const settled = () => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(settled, settled);
  });
}
