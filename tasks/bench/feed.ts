/**
 * Feeds events to a pipe at a fixed rate, and says how exact that was.
 *
 * A reader that cannot keep up makes the feeder wait. Events that became due
 * meanwhile are written as soon as there is room. Events that are not written
 * when the time is over are left out.
 *
 * @module
 */

import { build } from "hdr-histogram-js/dist/HistogramBuilder.js";
import { pause } from "../../runtime/program/abort.ts";
import type { EventLines } from "./event_lines.ts";
import { dueEvents, dueMs, type Schedule, waitMs } from "./schedule.ts";

/** What was fed, and how. */
export interface Fed {
  events: number;
  /** Of the events' lines. */
  bytes: number;
  /** When the last event was due, in milliseconds from the first. */
  lastDueMs: number;
  /**
   * How late events were written because of the feeder itself, in milliseconds:
   * it writes every millisecond or so, if it is given a core.
   */
  lateMs: { p50: number; p99: number; max: number };
  /** How long it waited for room in the pipe. */
  blockedMs: number;
}

/** Options for {@linkcode feedEvents}. */
export interface FeedOptions {
  schedule: Schedule;
  /** Ends the feeding. */
  signal: AbortSignal;
}

/** More than a pipe holds. White space is no event. */
const OPENER = new TextEncoder().encode(`${" ".repeat(131_071)}\n`);
/** How long what could not be written in time may take after it. */
const EXTRA_MS = 500;

/**
 * Feeds events, and closes the pipe.
 *
 * The clock starts when the reader reads: a line of white space that is longer
 * than the pipe goes first.
 *
 * @returns What was fed; less than was due if the reader could not keep up, has
 * gone, or the signal aborted.
 */
export async function feedEvents(
  lines: EventLines,
  to: WritableStream<Uint8Array>,
  { schedule, signal }: FeedOptions,
): Promise<Fed> {
  const writer = to.getWriter();
  const late = build({ numberOfSignificantValueDigits: 2 });
  const lastMs = dueMs(schedule, schedule.count) + EXTRA_MS;
  let events = 0;
  let bytes = 0;
  let blockedMs = 0;
  try {
    await writer.write(OPENER);
    const startMs = performance.now();
    const elapsed = () => performance.now() - startMs;
    // When the last write was over: the feeder could not have come before.
    let freeMs = 0;
    while (events < schedule.count && !signal.aborted) {
      const nowMs = elapsed();
      if (nowMs > lastMs) break;
      const due = dueEvents(schedule, nowMs) - events;
      if (due === 0) {
        await pause(waitMs(schedule, events, nowMs), signal);
        continue;
      }
      const chunk = await lines.take(due);
      const writeMs = elapsed();
      const lateMs = writeMs - Math.max(freeMs, dueMs(schedule, events));
      late.recordValueWithCount(
        Math.max(1, Math.round(lateMs * 1_000)),
        chunk.lines,
      );
      await writer.write(chunk.bytes);
      freeMs = elapsed();
      blockedMs += freeMs - writeMs;
      events += chunk.lines;
      bytes += chunk.bytes.length;
      if (chunk.lines === due && events < schedule.count) {
        await pause(waitMs(schedule, events, freeMs), signal);
      }
    }
    await writer.close();
  } catch (error) {
    // The reader has gone, and says why itself.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  // A percentile is the end of a step, which may be beyond the highest value.
  const percentile = (p: number) =>
    Math.min(late.getValueAtPercentile(p), late.maxValue) / 1_000;
  return {
    events,
    bytes,
    lastDueMs: dueMs(schedule, Math.max(0, events - 1)),
    lateMs: {
      p50: percentile(50),
      p99: percentile(99),
      max: late.maxValue / 1_000,
    },
    blockedMs,
  };
}
