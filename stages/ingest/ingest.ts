/**
 * Cuts the input into batches of whole lines.
 *
 * Memory does not depend on the size of the input: one buffer holds the lines
 * being cut, and a line too long for it is skipped and becomes a reject.
 * Reading is the only thing it does; service.ts opens the file and sends.
 *
 * @module
 */

import type { Position, RawBatch } from "../../proto/pipeline/batches.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  areBlank,
  BYTE_ORDER_MARK,
  MAX_BATCH_BYTES,
  MAX_BATCH_EVENTS,
} from "../events/lines.ts";
import { describeForeign } from "./foreign_format.ts";
import { type ByteSource, createLineBuffer } from "./line_buffer.ts";
import { createLongLine, type LongLine } from "./long_line.ts";

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
   * Takes what does not look like lines of JSON too, line by line.
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
  /** The offset at which the input begins, for one of several. @default {0} */
  fileStart?: number;
  /** What the input is called in messages. @default {the input} */
  name?: string;
  /** The program that unpacks it by hand, once something was read. @default {none} */
  unpackedBy?: () => string | undefined;
  /** True where a last line without an end is not one. @default {it is one} */
  leavesRest?: () => boolean;
}

/**
 * The batches of an input, one after the other:
 *
 *   do {
 *     for (let batch; (batch = batches.take());) send(batch);
 *   } while (await batches.more());
 *
 * A batch that is there costs no wait, which for small batches is much of their
 * cost.
 */
export interface Batches {
  /**
   * Cuts the next batch; undefined where its lines are not all there yet.
   * `lines` of a batch is a view that is only valid until the next call.
   */
  take(): RawBatch | undefined;
  /**
   * Reads on, once `take()` has no batch; false where it never will have.
   *
   * @throws {Fault} `failed_precondition` if the source is no lines of JSON,
   * unless `anyInput`.
   */
  more(): Promise<boolean>;
}

/** A line feed, and a carriage return before it. */
const LONGEST_LINE_END = 2;
const CARRIAGE_RETURN = 0x0d;

/** Reads `source` to its end in batches of consecutive lines. */
export function readBatches(
  source: ByteSource,
  {
    batch,
    maxLine,
    anyInput = false,
    lingerMs = Infinity,
    from,
    fileStart = 0,
    name = "the input",
    unpackedBy,
    leavesRest = () => false,
  }: IngestOptions,
): Batches {
  const lines = createLineBuffer(
    source,
    MAX_BATCH_BYTES + maxLine + LONGEST_LINE_END,
    from.offset,
  );
  const { bytes } = lines;
  const mostFrom = (begin: Position) =>
    Math.min(
      typeof batch === "number" ? batch : batch(begin),
      MAX_BATCH_EVENTS,
    );

  let isAtStart = from.offset === fileStart;
  let ended = false;
  // The batch being cut: its lines are those from `lines.start` on.
  let begin = from;
  let most = mostFrom(begin);
  let { event, line } = from;
  /** The line that is passed over, since it is too long. */
  let longLine: LongLine | undefined;
  /** When the bytes of the batch's first event came. */
  let firstMs = 0;
  /** When the batch has waited long enough, once it has an event. */
  let dueMs = Infinity;
  let isDue = false;

  const cut = (): RawBatch => {
    const { start, lineStart, offset, arrivedMs: lastMs } = lines;
    const end = { event, offset: offset + lineStart, line };
    const result: RawBatch = {
      begin,
      end,
      linesOffset: offset + start,
      lines: bytes.subarray(start, lineStart),
      firstMs,
      lastMs,
    };
    lines.start = lineStart;
    begin = end;
    most = mostFrom(begin);
    firstMs = lastMs;
    dueMs = Infinity;
    isDue = false;
    return result;
  };

  /** Leaves out the line that is too long, up to where it is read. */
  const passOver = (lineEnd: number): RawBatch | undefined => {
    const { lineStart, end } = lines;
    longLine ??= createLongLine(lines.offset + lineStart);
    longLine.add(bytes.subarray(lineStart, lineEnd < 0 ? end : lineEnd));
    lines.start = lines.lineStart = lineEnd < 0 ? end : lineEnd + 1;
    if (lineEnd < 0 && !ended) return undefined;
    const reject = longLine.toReject(line + 1, maxLine);
    longLine = undefined;
    if (lineEnd >= 0) line++;
    if (reject) event++;
    return reject ? { ...cut(), oversized: reject } : cut();
  };

  const readOn = async (withinMs?: number): Promise<void> => {
    const outcome = await lines.fill(withinMs);
    if (outcome === "ended") ended = true;
    if (outcome === "late") isDue = true;
    else if (event === begin.event) firstMs = lines.arrivedMs;
  };

  /** Reads so much of the input as it takes to know what it is. */
  const readStart = async (): Promise<void> => {
    // Not one byte more: an event may be waiting.
    while (!ended && !isStartKnown(bytes.subarray(0, lines.end))) {
      await readOn();
    }
    if (!anyInput) {
      refuseForeign(bytes.subarray(0, lines.end), name, unpackedBy?.());
    }
    if (isMarked(bytes.subarray(0, lines.end))) {
      lines.start = lines.lineStart = BYTE_ORDER_MARK.length;
    }
  };

  return {
    take() {
      for (;;) {
        const { start, lineStart } = lines;
        const lineEnd = lines.findLineEnd();
        const end = lineEnd < 0 ? lines.end : lineEnd;
        if (longLine || isTooLong(bytes, lineStart, end, maxLine)) {
          return lineStart > start ? cut() : passOver(lineEnd);
        }
        if (lineEnd < 0 && !ended) return isDue ? cut() : undefined;
        if (lineEnd < 0 && leavesRest()) {
          return lineStart > start ? cut() : undefined;
        }
        if (!areBlank(bytes, lineStart, end)) event++;
        if (lineEnd < 0) {
          lines.lineStart = end;
          return lines.offset + end > begin.offset ? cut() : undefined;
        }
        line++;
        lines.lineStart = lineEnd + 1;
        if (event - begin.event >= most) return cut();
        if (lineEnd + 1 - start >= MAX_BATCH_BYTES) return cut();
      }
    },
    async more() {
      if (ended) return false;
      if (isAtStart) {
        isAtStart = false;
        await readStart();
      } else if (event === begin.event) await readOn();
      else {
        const nowMs = performance.now();
        if (dueMs === Infinity) dueMs = nowMs + lingerMs;
        await readOn(dueMs - nowMs);
      }
      return true;
    },
  };
}

/** True for a longer line; the carriage return of a line end does not count. */
function isTooLong(
  bytes: Uint8Array,
  start: number,
  end: number,
  maxLine: number,
): boolean {
  const tooMany = end - start - maxLine;
  return tooMany > 1 || (tooMany === 1 && bytes[end - 1] !== CARRIAGE_RETURN);
}

/** True for a start that has a byte order mark, or can have none. */
function isStartKnown(start: Uint8Array): boolean {
  return isMarked(start) ||
    start.some((byte, at) => byte !== BYTE_ORDER_MARK[at]);
}

function isMarked(start: Uint8Array): boolean {
  return BYTE_ORDER_MARK.every((byte, at) => start[at] === byte);
}

/** @throws {Fault} `failed_precondition` for what is plainly no lines of JSON. */
function refuseForeign(
  start: Uint8Array,
  name: string,
  unpackedBy: string | undefined,
): void {
  const foreign = describeForeign(start, unpackedBy);
  if (foreign === undefined) return;
  throw new Fault("failed_precondition", `Cannot read ${name}: ${foreign}`);
}
