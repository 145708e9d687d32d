/**
 * What `deno task bench --rate` gives: how long an event takes through the
 * pipeline at a fixed rate. docs/pipeline.md says what each figure means.
 *
 * @module
 */

import {
  type LatencyFigures,
  round,
} from "../../orchestrator/stage_figures.ts";
import type { RunReport } from "../run/report.ts";
import type { Fed } from "./feed.ts";
import type { Machine } from "./machine.ts";

/** Everything that was measured. */
export interface LatencyDocument {
  /** When it ended, as ISO 8601. */
  date: string;
  /** True for a look with little time for each setting. */
  quick: boolean;
  machine: Machine;
  /** Events a second that were to be fed. */
  rate: number;
  /** How long each setting was to be fed, in milliseconds. */
  feedMs: number;
  elapsedMs: number;
  rows: LatencyRow[];
}

/** One setting of the pipeline. */
export interface LatencyRow {
  /** As `--batch` has it. */
  batch: string;
  /** Events that were fed. */
  events: number;
  /** False if the events took longer than they were due to. */
  keepsUp: boolean;
  /** Events a second: `events` ÷ the time until the last was committed. */
  reachedPerSecond: number;
  /** From when the last event was due until all were committed. */
  behindMs: number;
  /** From an event's line being read to the event being counted. */
  latencyMs: LatencyFigures;
  /** Events in a batch, as ingest sent them. */
  meanBatch: number;
  /** CPU time of all stages, in microseconds an event. */
  cpuMicrosPerEvent: number;
  feeder: Pick<Fed, "lateMs" | "blockedMs">;
}

/**
 * How far behind is no sign of anything: the last batch waits for others, and
 * the results are put in place.
 */
const BEHIND_MS = 300;

/** Sums up what one setting gave. */
export function latencyRow(
  batch: string,
  { events, lastDueMs, lateMs, blockedMs }: Fed,
  { elapsedMs, cpuMs = NaN, stages }: RunReport,
): LatencyRow {
  const [ingest] = stages;
  const latencyMs = stages.find(({ name }) => name === "aggregate")
    ?.eventLatencyMs;
  if (!ingest || !latencyMs) {
    throw new TypeError("Cannot sum up a run: its latency was not measured");
  }
  const behindMs = elapsedMs - lastDueMs;
  return {
    batch,
    events,
    keepsUp: behindMs <= BEHIND_MS,
    reachedPerSecond: Math.round(events / (elapsedMs / 1_000)),
    behindMs: round(behindMs),
    latencyMs,
    meanBatch: Number((ingest.out / ingest.batches).toFixed(2)),
    cpuMicrosPerEvent: Number((cpuMs * 1_000 / events).toFixed(3)),
    feeder: { lateMs, blockedMs: round(blockedMs) },
  };
}
