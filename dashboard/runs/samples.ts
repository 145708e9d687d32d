/**
 * The samples of a run, evenly over its time however long it goes on.
 *
 * When there are too many, each two neighbours become one, and from then on as
 * many of those that come become one as well.
 *
 * @module
 */

import type { RunSample, StageName, StageSample } from "../wire.ts";

/** How many samples a record has at most. */
export const MOST_SAMPLES = 600;
/** The least time between two, in milliseconds: over less, a rate is chance. */
export const LEAST_MS = 250;

/** The samples of a run, the newest last. */
export interface Samples {
  readonly all: RunSample[];
  /** Adds one; it becomes part of the last where that was just before it. */
  add(sample: RunSample): void;
}

/** Starts with none. */
export function createSamples(most: number = MOST_SAMPLES): Samples {
  const all: RunSample[] = [];
  /** Of how many that came each sample is, and of how many the last one is. */
  let parts = 1;
  let partsOfLast = 1;
  return {
    all,
    add(sample) {
      const last = all.at(-1);
      const sinceMs = last ? sample.timeMs - last.timeMs : Infinity;
      if (last && sinceMs < LEAST_MS) {
        const lastMs = last.timeMs - (all.at(-2)?.timeMs ?? last.timeMs);
        all[all.length - 1] = merged(last, lastMs, sample, sinceMs);
        return;
      }
      if (last && partsOfLast < parts) {
        all[all.length - 1] = merged(last, partsOfLast, sample, 1);
        partsOfLast++;
        return;
      }
      all.push(sample);
      partsOfLast = 1;
      if (all.length <= most) return;
      // The newest has begun just now, and stays by itself.
      const before = all.splice(0, all.length - 1);
      const pairs: RunSample[] = [];
      for (let at = 0; at < before.length; at += 2) {
        const [first, second] = [before[at]!, before[at + 1]];
        pairs.push(second ? merged(first, 1, second, 1) : first);
      }
      all.unshift(...pairs);
      parts *= 2;
    },
  };
}

/** What is counted is as it was last; what is measured is the average. */
function merged(
  before: RunSample,
  beforeWeight: number,
  after: RunSample,
  afterWeight: number,
): RunSample {
  const average = (a: number | null, b: number | null) => {
    const weight = beforeWeight + afterWeight;
    if (a === null || b === null || weight <= 0) return b ?? a;
    return (a * beforeWeight + b * afterWeight) / weight;
  };
  const stages: RunSample["stages"] = { ...before.stages };
  for (const [name, now] of Object.entries(after.stages)) {
    const stage = name as StageName;
    const then = before.stages[stage];
    stages[stage] = then ? mergedStage(then, now, average) : now;
  }
  return { ...after, stages };
}

function mergedStage(
  before: StageSample,
  after: StageSample,
  average: (a: number | null, b: number | null) => number | null,
): StageSample {
  const onItsWay = average(before.onItsWay, after.onItsWay);
  return {
    events: after.events ?? before.events,
    ownMs: average(before.ownMs, after.ownMs),
    ipcMs: average(before.ipcMs, after.ipcMs),
    waitMs: average(before.waitMs, after.waitMs),
    onItsWay: onItsWay === null ? null : Math.round(onItsWay),
    batch: average(before.batch, after.batch),
    p50Ms: after.p50Ms ?? before.p50Ms,
    p95Ms: after.p95Ms ?? before.p95Ms,
    p99Ms: after.p99Ms ?? before.p99Ms,
  };
}
