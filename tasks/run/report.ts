/**
 * The figures of a run, as one document. report_text.ts writes it for a person.
 *
 * docs/pipeline.md says what each figure means.
 *
 * @module
 */

import type { BatchSize } from "../../orchestrator/batching.ts";
import { round, type StageFigures } from "../../orchestrator/stage_figures.ts";
import type { Totals__Output as Totals } from "../../proto/types/pipeline/v1/Totals.ts";
import type { RecordKind } from "../../stages/sink/formats.ts";
import type { ResultRecord } from "../../stages/sink/results.ts";
import type { WrittenResults } from "../../stages/sink/sink.ts";

/** The document that `--json` prints. A figure not measured is absent. */
export interface RunReport {
  command: "pipeline" | "monolith";
  /** Most events in a batch. */
  batch: BatchSize;
  events: number;
  rejected: number;
  filtered: number;
  /** Values that had a fraction, which is cut; absent for none. */
  fractionsCut?: number;
  /** Those of the rejected that came after their window; absent for none. */
  late?: number;
  /** Events of groups beyond the most there may be; absent for none. */
  other?: number;
  /** As the result file has them. */
  results: ResultRecord[];
  /** From the input being there to the chain being open. */
  startupMs: number;
  /** When the chain was open for the first time, as ISO 8601. */
  openedAt: string;
  /** From the chain being open to the sink having committed. */
  elapsedMs: number;
  eventsPerSecond: number;
  /** CPU time from the chain being open, all processes together. */
  cpuMs?: number;
  /** The largest resident set of the one process; monolith only. */
  peakRssBytes?: number;
  /** 1 - the stages' own work ÷ their CPU time, all stages together. */
  ipcShare?: number;
  /** How often the chain was opened anew. */
  recoveries: number;
  /** How long the chain was not open in between. */
  recoveryMs: number;
  /** How often processes of a stage were exchanged; pipeline only. */
  swaps?: number;
  /** How long the chain was not open for that; pipeline only. */
  swapMs?: number;
  /** The event that a resumed run went on from; absent for any other. */
  resumedAt?: number;
  /**
   * The event at which the chain was last opened, where that was not the first:
   * the figures of the stages, and those made of them, are those since then.
   */
  stagesFrom?: number;
  stages: StageFigures[];
}

/** What a report is made of besides its stages. */
export interface RunOutcome {
  command: RunReport["command"];
  batch: BatchSize;
  totals: Totals;
  results: WrittenResults;
  startupMs: number;
  /** When the chain was open for the first time, as `performance.now()`. */
  openedMs: number;
  elapsedMs: number;
  recoveries: number;
  recoveryMs: number;
  swaps?: number;
  swapMs?: number;
  resumedAt?: number;
  stagesFrom?: number;
  /** Of the one process, where there is one; else it is that of the stages. */
  cpuMs?: number;
  peakRssBytes?: number | undefined;
}

/** How many results a person is shown. */
const SHOWN = 20;

/** How many of the results a report is made with. */
export function mostReported(
  { builtIn }: Pick<RecordKind, "builtIn">,
  json: boolean,
): number {
  // Those that are built in are as many as the types that were asked for.
  return json || builtIn ? Infinity : SHOWN;
}

/** Makes the report of a run. */
export function makeReport(
  { totals, elapsedMs, ...outcome }: RunOutcome,
  stages: StageFigures[],
): RunReport {
  const {
    command,
    batch,
    results,
    startupMs,
    openedMs,
    recoveries,
    swaps,
    swapMs = 0,
    resumedAt,
    stagesFrom,
  } = outcome;
  const done = totals.events - (resumedAt ?? 0);
  const share = ipcShare(stages);
  const { peakRssBytes, cpuMs = sumOf(stages.map(({ cpuMs }) => cpuMs)) } =
    outcome;
  return {
    command,
    batch,
    events: totals.events,
    rejected: totals.rejected,
    filtered: totals.filtered,
    ...(totals.fractionsCut ? { fractionsCut: totals.fractionsCut } : {}),
    ...(totals.late ? { late: totals.late } : {}),
    ...(totals.other ? { other: totals.other } : {}),
    results: results.records,
    startupMs: round(startupMs),
    openedAt: new Date(performance.timeOrigin + openedMs).toISOString(),
    elapsedMs: round(elapsedMs),
    eventsPerSecond: elapsedMs > 0 ? Math.round(done / (elapsedMs / 1_000)) : 0,
    ...(cpuMs === undefined ? {} : { cpuMs: round(cpuMs) }),
    ...(peakRssBytes === undefined ? {} : { peakRssBytes }),
    ...(share === undefined ? {} : { ipcShare: share }),
    recoveries,
    recoveryMs: round(outcome.recoveryMs),
    ...(swaps === undefined ? {} : { swaps, swapMs: round(swapMs) }),
    ...(resumedAt === undefined ? {} : { resumedAt }),
    ...(stagesFrom === undefined ? {} : { stagesFrom }),
    stages,
  };
}

/**
 * The share of CPU time that is not the stages' own work: 1 - work ÷ CPU.
 *
 * @returns From 0 to 1; undefined where a stage's CPU time was not measured.
 */
export function ipcShare(stages: readonly StageFigures[]): number | undefined {
  const work = sumOf(stages.map(({ processingMs }) => processingMs)) ?? 0;
  const cpu = sumOf(stages.map(({ cpuMs }) => cpuMs)) ?? 0;
  return cpu > 0 ? Math.round((1 - work / cpu) * 10_000) / 10_000 : undefined;
}

/** The sum; undefined where one of the numbers is not known. */
function sumOf(numbers: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const number of numbers) {
    if (number === undefined) return undefined;
    sum += number;
  }
  return sum;
}
