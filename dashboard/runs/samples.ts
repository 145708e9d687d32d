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

/** The samples of a run, the newest last. */
export interface Samples {
  readonly all: RunSample[];
  /** Adds one; it may become part of the last. */
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
  beforeParts: number,
  after: RunSample,
  afterParts: number,
): RunSample {
  const average = (a: number | null, b: number | null) => {
    if (a === null || b === null) return a ?? b;
    return (a * beforeParts + b * afterParts) / (beforeParts + afterParts);
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
    rejected: after.rejected ?? before.rejected,
  };
}
