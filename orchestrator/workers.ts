/**
 * Several processes of one stage: the flag `--workers`, the names of the
 * processes, and their figures summed up as those of one stage.
 *
 * @module
 */

import { UsageError } from "../runtime/program/errors.ts";
import type { Flag } from "../runtime/program/flags.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import {
  MAX_WORKERS,
  SHAREABLE,
  type StageName,
  STAGES,
} from "../stages/names.ts";
import type { LatencyFigures, StageFigures } from "./stage_figures.ts";

/** A process of a stage: `rules`, or `parse.2` where there are several. */
export type WorkerName = StageName | `${StageName}.${number}`;

/** How many processes a stage has; one where nothing is said. */
export type Workers = Partial<Record<StageName, number>>;

/** What --workers says: numbers, or as many as pay off. */
export type WantedWorkers = Workers | "auto";

const EXPECTED = `expected STAGE:N, as in ${SHAREABLE[0]}:2, or auto`;

/**
 * How many processes pay off: those that gave a tenth more events a second, or
 * nearly so, where that was measured. That was on two cores, with a second
 * process for parse; docs/pipeline.md has the figures. What more cores could do
 * was measured nowhere, so they get no more.
 *
 * @param cores How many cores there are.
 */
export function workersThatPay(cores: number): Workers {
  return cores < 2 ? {} : { parse: 2 };
}

/** The flag `--workers`. */
export const workersFlag: Flag<WantedWorkers> = {
  placeholder: "STAGE:N,...|auto",
  help: `runs several processes of ${
    SHAREABLE.join(" or ")
  }; auto: as many as pay off`,
  defaultText: "one of each stage",
  fallback: {},
  read(text) {
    if (text === "auto") return text;
    const workers: Workers = {};
    for (const part of text.split(",")) {
      const [stage, count] = readPart(part);
      if (workers[stage]) throw new UsageError(`"${stage}" is there twice`);
      workers[stage] = count;
    }
    return workers;
  },
};

function readPart(part: string): [stage: StageName, count: number] {
  const [, name, digits] = /^([^:]*):([^:]*)$/.exec(part) ?? [];
  if (name === undefined || digits === undefined) {
    throw new UsageError(`${EXPECTED}, and found "${part}"`);
  }
  const stage = SHAREABLE.find((each) => each === name);
  if (!stage) {
    throw new UsageError(
      STAGES.some((each) => each === name)
        ? `there can only be one "${name}"; several are possible of ${
          SHAREABLE.join(" and ")
        }, which keep nothing`
        : `there is no stage "${name}"${suggestionOrAll(name, SHAREABLE)}`,
    );
  }
  const count = Number(digits);
  if (!/^\d+$/.test(digits) || count < 1 || count > MAX_WORKERS) {
    throw new UsageError(
      `"${stage}" takes a whole number from 1 to ${MAX_WORKERS}, not "${digits}"`,
    );
  }
  return [stage, count];
}

/** The names of a stage's processes, the first one first. */
export function workerNames(
  stage: StageName,
  { [stage]: count = 1 }: Workers,
): WorkerName[] {
  if (count === 1) return [stage];
  return Array.from(
    { length: count },
    (_, at) => `${stage}.${at + 1}` as const,
  );
}

/** Reads `parse` or `parse.2`; undefined if it names no stage. */
export function parseWorkerName(
  name: string,
): { stage: StageName; worker: number | undefined } | undefined {
  const [, base, digits] = /^([a-z]+)(?:\.([1-9]\d*))?$/.exec(name) ?? [];
  const stage = STAGES.find((each) => each === base);
  if (!stage) return undefined;
  return { stage, worker: digits === undefined ? undefined : Number(digits) };
}

/** The stage that a process is of. */
export function stageOf(name: WorkerName): StageName {
  return parseWorkerName(name)!.stage;
}

/**
 * The figures of a stage from those of its processes: counts, bytes and times
 * are added up. Of memory and of each percentile it is the largest, since
 * neither can be added.
 */
export function mergeWorkers(
  workers: readonly [StageFigures, ...StageFigures[]],
): StageFigures {
  const [first, ...others] = workers;
  const merged = { ...first };
  for (const other of others) {
    merged.in += other.in;
    merged.out += other.out;
    merged.batches += other.batches;
    merged.processingMs += other.processingMs;
    for (
      const key of ["bytesIn", "bytesOut", "codecMs", "waitingMs", "cpuMs"]
    ) {
      combine(merged, other, key as "cpuMs", (a, b) => a + b);
    }
    combine(merged, other, "peakRssBytes", Math.max);
    combine(merged, other, "batchLatencyMs", slowest);
    combine(merged, other, "eventLatencyMs", slowest);
  }
  return { ...merged, workers: workers.length };
}

/** Combines what both have; what one of them has not is the other's. */
function combine<Key extends keyof StageFigures>(
  into: StageFigures,
  from: StageFigures,
  key: Key,
  how: (
    a: NonNullable<StageFigures[Key]>,
    b: NonNullable<StageFigures[Key]>,
  ) => StageFigures[Key],
): void {
  const own = into[key];
  const other = from[key];
  if (other === undefined) return;
  into[key] = own === undefined ? other : how(own!, other!);
}

function slowest(a: LatencyFigures, b: LatencyFigures): LatencyFigures {
  return {
    p50: Math.max(a.p50, b.p50),
    p95: Math.max(a.p95, b.p95),
    p99: Math.max(a.p99, b.p99),
    max: Math.max(a.max, b.max),
  };
}
