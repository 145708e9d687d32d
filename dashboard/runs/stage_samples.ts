/**
 * Turns how the processes of the stages stand into a sample of each stage.
 *
 * The counters of a process begin anew with each opening of the chain, and with
 * each new process; here they only grow, as those of a stage do.
 *
 * @module
 */

import type { RunLook } from "../../proto/types/pipeline/v1/RunLook.ts";
import type { StageLook } from "../../proto/types/pipeline/v1/StageLook.ts";
import type { StageName, StageSample } from "../wire.ts";
import { numberOf } from "./numbers.ts";

/** The stages of a run, as they were last seen. */
export interface StageSamples {
  /** Takes one look at all processes. @returns A sample of each stage that tells. */
  take(look: RunLook): Partial<Record<StageName, StageSample>>;
  /** How often each reason has rejected something, by the stage that did. */
  readonly rejects: Record<string, number>;
}

/** How many reasons are told apart. */
const MOST_REASONS = 100;
/** How many processes: sixteen of a stage at the most. */
const MOST_PROCESSES = 80;
/** What stands for all others. */
const OTHER_REASONS = "other reasons";
/** The longest reason, in characters. */
const LONGEST_REASON = 300;

/** What is counted of a process. */
type Counted = "events" | "ownMs" | "ipcMs" | "waitMs";

/** One process of a stage. */
interface Process {
  /** When its counters began. */
  sinceMs: number;
  timeMs: number;
  /** What there was before they did, and since. */
  before: Record<string, number>;
  since: Record<string, number>;
}

/** Starts with none. */
export function createStageSamples(): StageSamples {
  const processes = new Map<string, Process>();
  const rejects: Record<string, number> = {};
  const noted = new Map<string, string>();
  /** By what a reason is counted; those beyond the most count as one. */
  const reasonOf = (text: string): string => {
    const known = noted.get(text);
    if (known !== undefined) return known;
    const reason = text === "" || noted.size >= MOST_REASONS
      ? OTHER_REASONS
      : text.slice(0, LONGEST_REASON);
    if (noted.size < MOST_REASONS) noted.set(text, reason);
    return reason;
  };
  const rejectsOf = (look: StageLook) => {
    const counts: Record<string, number> = Object.create(null);
    for (const { reason = "", count } of look.rejects ?? []) {
      const about = reasonOf(reason);
      counts[about] = (counts[about] ?? 0) + numberOf(count);
    }
    return counts;
  };
  const takeOne = (look: StageLook): OneLook => {
    const name = look.name ?? "";
    const timeMs = numberOf(look.timeMs);
    const sinceMs = numberOf(look.sinceMs);
    const counts = rejectsOf(look);
    const since: Record<string, number> = {};
    for (const key of COUNTED) {
      const value = look[key];
      if (value !== undefined) since[key] = numberOf(value);
    }
    since["rejected"] = Object.values(counts).reduce((a, b) => a + b, 0);
    const known = processes.get(name);
    const isSame = known?.sinceMs === sinceMs;
    const last = isSame ? known.since : {};
    const before = isSame ? known.before : total(known);
    for (const [key, value] of Object.entries(last)) {
      // An estimate may be less than it was.
      since[key] = Math.max(since[key] ?? 0, value);
    }
    for (const [reason, count] of Object.entries(counts)) {
      const key = `${REASON}${reason}`;
      since[key] = Math.max(count, last[key] ?? 0);
      const more = since[key] - (last[key] ?? 0);
      put(rejects, reason, (own(rejects, reason) ?? 0) + more);
    }
    processes.set(name, { sinceMs, timeMs, before, since });
    const fromMs = isSame ? known.timeMs : sinceMs;
    const seconds = (timeMs - fromMs) / 1_000;
    const rate = (key: Counted) =>
      since[key] === undefined || seconds <= 0
        ? null
        : (since[key] - (last[key] ?? 0)) / seconds;
    const { latency } = look;
    return {
      ownMs: rate("ownMs"),
      ipcMs: rate("ipcMs"),
      waitMs: rate("waitMs"),
      onItsWay: orNull(look.onItsWay),
      batch: orNull(look.batch),
      p50Ms: latency ? numberOf(latency.p50Ms) : null,
      p95Ms: latency ? numberOf(latency.p95Ms) : null,
      p99Ms: latency ? numberOf(latency.p99Ms) : null,
    };
  };
  /** Over all processes that the stage has had. */
  const counted = (stage: string, key: string): number | null => {
    let sum: number | null = null;
    for (const [name, process] of processes) {
      if (stageOf(name) !== stage) continue;
      const value = total(process)[key];
      if (value !== undefined) sum = (sum ?? 0) + value;
    }
    return sum;
  };

  return {
    rejects,
    take({ stages = [] }) {
      const looks = new Map<StageName, OneLook[]>();
      for (const look of stages) {
        const stage = stageOf(look.name ?? "");
        const isKnown = processes.has(look.name ?? "");
        if (!stage || (!isKnown && processes.size >= MOST_PROCESSES)) continue;
        const all = looks.get(stage) ?? [];
        all.push(takeOne(look));
        looks.set(stage, all);
      }
      const samples: Partial<Record<StageName, StageSample>> = {};
      for (const [stage, all] of looks) {
        samples[stage] = {
          events: counted(stage, "events"),
          ownMs: sumOf(all.map(({ ownMs }) => ownMs)),
          ipcMs: sumOf(all.map(({ ipcMs }) => ipcMs)),
          waitMs: sumOf(all.map(({ waitMs }) => waitMs)),
          onItsWay: sumOf(all.map(({ onItsWay }) => onItsWay)),
          batch: largest(all.map(({ batch }) => batch)),
          p50Ms: largest(all.map(({ p50Ms }) => p50Ms)),
          p95Ms: largest(all.map(({ p95Ms }) => p95Ms)),
          p99Ms: largest(all.map(({ p99Ms }) => p99Ms)),
          rejected: counted(stage, "rejected"),
        };
      }
      return samples;
    },
  };
}

const COUNTED: readonly Counted[] = ["events", "ownMs", "ipcMs", "waitMs"];
/** Begins the name of what a reason counts by. */
const REASON = "reason ";

/** What one look at one process gives besides counts. */
type OneLook = Omit<StageSample, "events" | "rejected">;

const STAGES = ["ingest", "parse", "rules", "aggregate", "sink"] as const;

/** The stage that a process is of: "parse" of "parse.2". */
export function stageOf(name: string): StageName | undefined {
  const [base] = name.split(".");
  return STAGES.find((stage) => stage === base);
}

function total(process: Process | undefined): Record<string, number> {
  const sums = { ...process?.before };
  for (const [key, value] of Object.entries(process?.since ?? {})) {
    sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}

function orNull(value: unknown): number | null {
  return value === undefined || value === null ? null : numberOf(value);
}

function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function own(of: Record<string, number>, key: string): number | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

/** Sets a field, whatever it is called. */
function put(of: Record<string, number>, key: string, value: number): void {
  Object.defineProperty(of, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
