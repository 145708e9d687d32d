/**
 * What a run's record says about its stages and itself, in figures.
 *
 * Null is what nobody tells: it is shown as a dash, never as 0.
 *
 * @module
 */

import type {
  RunPhase,
  RunRecord,
  RunSample,
  StageName,
  StageProcess,
  StageSample,
} from "../../wire.ts";

/** The stages in the order in which an event passes them. */
export const STAGE_NAMES: StageName[] = [
  "ingest",
  "parse",
  "rules",
  "aggregate",
  "sink",
];

/** What the processes of a stage are doing, taken together. */
export type StageState =
  | "none"
  | "starting"
  | "serving"
  | "partly"
  | "dead"
  | "ended";

/** One stage as it stands. */
export interface StageFigures {
  stage: StageName;
  state: StageState;
  processes: StageProcess[];
  /** Each variant once; an empty name is what the stage itself runs. */
  variants: string[];
  eventsPerSecond: number | null;
  /** Events taken so far. */
  events: number | null;
  /** Shares of its time, from 0 to 1; together 1. */
  time: { own: number; ipc: number; wait: number } | null;
  rejected: number | null;
  /** To the stage after it; null for the last. */
  hop: HopFigures | null;
}

/** What is between a stage and the next. */
export interface HopFigures {
  onItsWay: number | null;
  batch: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

/** A run as a whole. */
export interface RunFigures {
  sent: number | null;
  saved: number | null;
  /** Of the input's bytes, from 0 to 1; null where its size is not known. */
  share: number | null;
  /** At the moment, of what is saved; over the whole run once it is over. */
  eventsPerSecond: number | null;
  elapsedMs: number;
  /** Null where it is not known, or the run is over. */
  leftMs: number | null;
  rejected: number | null;
}

/** A speed is taken over this time: long enough to be calm. */
const SPEED_MS = 4_000;

/** True while a run can still change. */
export function goesOn(phase: RunPhase): boolean {
  return phase !== "finished" && phase !== "failed" && phase !== "lost";
}

/** Gives the figures of all five stages, from the first to the last. */
export function stagesOf(run: RunRecord): StageFigures[] {
  const last = run.samples.at(-1);
  const before = beforeLast(run.samples);
  const spanMs = before && last ? last.timeMs - before.timeMs : 0;
  const over = !goesOn(run.phase);
  return STAGE_NAMES.map((stage, i) => {
    const now = last?.stages[stage];
    const processes = run.processes.filter((each) => each.stage === stage);
    const ended = run.end?.stages.filter((each) => each.stage === stage) ?? [];
    const events = ended.length > 0
      ? sum(ended.map((each) => each.events))
      : now?.events ?? null;
    return {
      stage,
      state: stateOf(processes, over),
      processes,
      variants: [...new Set(processes.map(({ variant }) => variant))],
      events,
      eventsPerSecond: over
        ? perSecond(events, elapsedOf(run))
        : speed(spanMs, before?.stages[stage]?.events, now?.events),
      time: shares(now),
      rejected: now?.rejected ?? null,
      hop: i === STAGE_NAMES.length - 1 ? null : hopOf(now, over),
    };
  });
}

/** Gives the figures of a run; `nowMs` is the clock of who recorded it. */
export function figuresOf(run: RunRecord, nowMs: number): RunFigures {
  const last = run.samples.at(-1);
  const before = beforeLast(run.samples);
  const over = !goesOn(run.phase);
  const elapsedMs = elapsedOf(run) ?? Math.max(0, nowMs - run.startedMs);
  const spanMs = before && last ? last.timeMs - before.timeMs : 0;
  const bytesPerSecond = speed(spanMs, before?.doneBytes, last?.doneBytes);
  const share = run.phase === "finished"
    ? 1
    : run.inputBytes > 0 && last
    ? Math.min(1, last.doneBytes / run.inputBytes)
    : null;
  const saved = run.end?.events ?? last?.committedEvents ?? null;
  const reasons = Object.values(run.rejects);
  return {
    sent: run.end
      ? Math.max(run.end.events, last?.sentEvents ?? 0)
      : last?.sentEvents ?? null,
    saved,
    share,
    eventsPerSecond: over
      ? perSecond(saved, elapsedMs)
      : speed(spanMs, before?.committedEvents, last?.committedEvents),
    elapsedMs,
    leftMs: over || share === null || !bytesPerSecond
      ? null
      : (run.inputBytes - last!.doneBytes) / bytesPerSecond * 1_000,
    rejected: run.end?.rejected ?? (reasons.length > 0 ? sum(reasons) : null),
  };
}

/** Curves over time, in the form in which they are drawn. */
export interface Curves {
  /** Unix seconds. */
  times: number[];
  /** A list of values for each curve, as long as `times`. */
  values: (number | null)[][];
}

/** Events a second that are sent to parse, and that are saved. */
export function throughput(samples: readonly RunSample[]): Curves {
  const pairs = samples.slice(1).map((sample, i) => ({
    before: samples[i]!,
    sample,
  }));
  const curve = (of: (sample: RunSample) => number) =>
    pairs.map(({ before, sample }) =>
      speed(sample.timeMs - before.timeMs, of(before), of(sample))
    );
  return {
    times: pairs.map(({ sample }) => sample.timeMs / 1_000),
    values: [
      curve(({ sentEvents }) => sentEvents),
      curve(({ committedEvents }) => committedEvents),
    ],
  };
}

/** The 99th percentile of each hop, in milliseconds; one curve a hop. */
export function latency(samples: readonly RunSample[]): Curves {
  return {
    times: samples.map(({ timeMs }) => timeMs / 1_000),
    values: STAGE_NAMES.slice(0, -1).map((stage) =>
      samples.map(({ stages }) => stages[stage]?.p99Ms ?? null)
    ),
  };
}

/** Reasons for which events were rejected, the most frequent first. */
export function rejectsOf(
  { rejects }: Pick<RunRecord, "rejects">,
): [reason: string, events: number][] {
  return Object.entries(rejects).sort(([a, many], [b, few]) =>
    few - many || (a < b ? -1 : 1)
  );
}

/** The sample from which the speed of the last is taken. */
function beforeLast(samples: readonly RunSample[]): RunSample | undefined {
  const last = samples.at(-1);
  return last &&
    (samples.findLast(({ timeMs }) => timeMs <= last.timeMs - SPEED_MS) ??
      samples.at(samples.length > 1 ? 0 : 1));
}

/** Null where one is not known, or a process has begun to count anew. */
function speed(
  spanMs: number,
  before: number | null | undefined,
  now: number | null | undefined,
): number | null {
  if (before === null || before === undefined) return null;
  if (now === null || now === undefined || now < before) return null;
  return spanMs > 0 ? (now - before) / spanMs * 1_000 : null;
}

/** How long a run took; undefined while it goes on. */
export function elapsedOf(
  { end, endedMs, startedMs }: RunRecord,
): number | undefined {
  return end?.elapsedMs ??
    (endedMs === undefined ? undefined : endedMs - startedMs);
}

function perSecond(events: number | null, ms: number | undefined) {
  return events === null || !ms ? null : events / ms * 1_000;
}

function shares(sample: StageSample | undefined): StageFigures["time"] {
  const own = sample?.ownMs ?? 0;
  const ipc = sample?.ipcMs ?? 0;
  const wait = sample?.waitMs ?? 0;
  const all = own + ipc + wait;
  return all > 0 ? { own: own / all, ipc: ipc / all, wait: wait / all } : null;
}

function stateOf(processes: StageProcess[], over: boolean): StageState {
  if (over) return "ended";
  const states = new Set(processes.map(({ state }) => state));
  if (states.size === 0) return "none";
  if (states.size > 1) return states.has("dead") ? "partly" : "starting";
  return [...states][0]!;
}

function hopOf(now: StageSample | undefined, over: boolean): HopFigures {
  return {
    onItsWay: over ? null : now?.onItsWay ?? null,
    batch: now?.batch ?? null,
    p50Ms: now?.p50Ms ?? null,
    p95Ms: now?.p95Ms ?? null,
    p99Ms: now?.p99Ms ?? null,
  };
}

function sum(values: number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
