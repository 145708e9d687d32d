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
  /** How far it has got in the input. */
  events: number | null;
  /**
   * Shares from 0 to 1: of what it tells of its last second, together 1; once the
   * run is over of the time that the run took.
   */
  time: { own: number; ipc: number; wait: number } | null;
  rejected: number | null;
  /** Events that the rules have dropped. */
  dropped: number | null;
  /** True once the run is over: then all figures are of the whole run. */
  over: boolean;
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
    const events = run.end?.events ?? now?.events ?? null;
    const totals = run.stages[stage];
    return {
      stage,
      state: stateOf(processes, over),
      processes,
      variants: [...new Set(processes.map(({ variant }) => variant))],
      events,
      eventsPerSecond: over
        ? meanSpeed(run, events)
        : speed(spanMs, before?.stages[stage]?.events, now?.events),
      time: over ? sharesOfRun(run, stage) : shares(now),
      rejected: totals?.rejected ?? null,
      dropped: totals?.dropped ?? null,
      over,
      hop: i === STAGE_NAMES.length - 1
        ? null
        : over
        ? hopOfRun(run, stage, STAGE_NAMES[i + 1]!)
        : hopOf(now),
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
  return {
    sent: run.end?.events ?? last?.sentEvents ?? null,
    saved,
    share,
    eventsPerSecond: over
      ? meanSpeed(run, saved)
      : speed(spanMs, before?.committedEvents, last?.committedEvents),
    elapsedMs,
    leftMs: over || share === null || !bytesPerSecond
      ? null
      : (run.inputBytes - last!.doneBytes) / bytesPerSecond * 1_000,
    rejected: run.end?.rejected ??
      (run.rejects ? sum(Object.values(run.rejects)) : null),
  };
}

/** Curves over time, in the form in which they are drawn. */
export interface Curves {
  /** Unix seconds. */
  times: number[];
  /** A list of values for each curve, as long as `times`. */
  values: (number | null)[][];
}

/** The least time over which a speed is taken, in milliseconds. */
const LEAST_SPAN_MS = 250;

/**
 * Events a second that are sent to parse, and that are saved: each value is of the
 * time since the one before it, and the first as the second.
 */
export function throughput(
  { samples, startedMs, fromEvent }: Pick<
    RunRecord,
    "samples" | "startedMs" | "fromEvent"
  >,
): Curves {
  const start = {
    timeMs: startedMs,
    sentEvents: fromEvent,
    committedEvents: fromEvent,
  };
  const all = samples.length === 1 ? [start, ...samples] : samples;
  const points = all.filter(({ timeMs }, i) =>
    i === 0 || i === all.length - 1 ||
    all[i + 1]!.timeMs - timeMs >= LEAST_SPAN_MS
  );
  const spanMs = (points.at(-1)?.timeMs ?? 0) - (points[0]?.timeMs ?? 0);
  if (points.length < 2 || spanMs < LEAST_SPAN_MS) {
    return { times: [], values: [[], []] };
  }
  const curve = (of: (point: typeof start) => number) => {
    const speeds = points.slice(1).map((point, i) =>
      speed(point.timeMs - points[i]!.timeMs, of(points[i]!), of(point))
    );
    return [speeds[0]!, ...speeds];
  };
  return {
    times: points.map(({ timeMs }) => timeMs / 1_000),
    values: [
      curve(({ sentEvents }) => sentEvents),
      curve(({ committedEvents }) => committedEvents),
    ],
  };
}

/** Events a second over a whole run, of those that it has come to. */
export function meanSpeed(
  run: RunRecord,
  events: number | null,
): number | null {
  const ms = elapsedOf(run);
  if (events === null || !ms) return null;
  return Math.max(0, events - run.fromEvent) / ms * 1_000;
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

/** What stands for those whose reason nobody has told. */
const UNTOLD = "for a reason that is in the rejects file only";

/**
 * Reasons for which events were rejected, the most frequent first; at the end of a
 * run as many as were rejected, whatever was told of them.
 */
export function rejectsOf(
  { rejects = {}, end }: Pick<RunRecord, "rejects" | "end">,
): [reason: string, events: number][] {
  const told = Object.entries(rejects).sort(([a, many], [b, few]) =>
    few - many || (a < b ? -1 : 1)
  );
  const untold = (end?.rejected ?? 0) - sum(told.map(([, events]) => events));
  return untold > 0 ? [...told, [UNTOLD, untold]] : told;
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

function shares(sample: StageSample | undefined): StageFigures["time"] {
  const own = sample?.ownMs ?? 0;
  const ipc = sample?.ipcMs ?? 0;
  const wait = sample?.waitMs ?? 0;
  const all = own + ipc + wait;
  return all > 0 ? { own: own / all, ipc: ipc / all, wait: wait / all } : null;
}

/** Of the time that a run took, for each process of the stage. */
function sharesOfRun(run: RunRecord, stage: StageName): StageFigures["time"] {
  const ended = endedOf(run, stage);
  const told = run.stages[stage];
  const total = (key: "ownMs" | "ipcMs" | "waitMs") =>
    told?.[key] ?? sum(ended.map((each) => each[key]));
  const [own, ipc, wait] = [total("ownMs"), total("ipcMs"), total("waitMs")];
  if (own + ipc + wait === 0) return null;
  const processes = run.processes.filter((each) => each.stage === stage).length;
  const all = Math.max(
    own + ipc + wait,
    (elapsedOf(run) ?? 0) * Math.max(1, processes),
  );
  return { own: own / all, ipc: ipc / all, wait: wait / all };
}

function endedOf({ end }: RunRecord, stage: StageName) {
  return end?.stages.filter((each) => each.stage === stage) ?? [];
}

function stateOf(processes: StageProcess[], over: boolean): StageState {
  if (over) return "ended";
  const states = new Set(processes.map(({ state }) => state));
  if (states.size === 0) return "none";
  if (states.size > 1) return states.has("dead") ? "partly" : "starting";
  return [...states][0]!;
}

/** From the figures of the end; without them what was seen last. */
function hopOfRun(
  run: RunRecord,
  stage: StageName,
  next: StageName,
): HopFigures {
  const ended = endedOf(run, stage);
  const came = endedOf(run, next);
  const last = run.samples.findLast(({ stages }) => stages[stage])
    ?.stages[stage];
  const latency = (key: "p50Ms" | "p95Ms" | "p99Ms") =>
    largest(ended.map((each) => each[key])) ?? last?.[key] ?? null;
  const batch = next === "sink"
    ? null
    : largest(came.map((each) => each.batch));
  return {
    onItsWay: null,
    batch: batch === null ? last?.batch ?? null : Math.round(batch),
    p50Ms: latency("p50Ms"),
    p95Ms: latency("p95Ms"),
    p99Ms: latency("p99Ms"),
  };
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function hopOf(now: StageSample | undefined): HopFigures {
  return {
    onItsWay: now?.onItsWay ?? null,
    batch: now?.batch ?? null,
    p50Ms: now?.p50Ms ?? null,
    p95Ms: now?.p95Ms ?? null,
    p99Ms: now?.p99Ms ?? null,
  };
}

function sum(values: number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
