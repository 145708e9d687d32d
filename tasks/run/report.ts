/**
 * What a run prints: its figures, as one document or as tables for a person.
 *
 * docs/pipeline.md says what each figure means.
 *
 * @module
 */

import type { BatchSize } from "../../orchestrator/batching.ts";
import { round, type StageFigures } from "../../orchestrator/stage_figures.ts";
import { grouped, percent, quantity } from "../../runtime/program/numbers.ts";
import type { Totals } from "../../stages/aggregate/aggregate.ts";
import { STAGES } from "../../stages/names.ts";
import type { ResultRecord } from "../../stages/sink/results.ts";
import type { ColumnWeight } from "../terminal/fit_table.ts";
import { formatTable } from "../terminal/table.ts";

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
  /** As the result file has them. */
  results: ResultRecord[];
  /** From the input being there to the chain being open. */
  startupMs: number;
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
  results: ResultRecord[];
  startupMs: number;
  elapsedMs: number;
  recoveries: number;
  recoveryMs: number;
  resumedAt?: number;
  stagesFrom?: number;
  /** Of the one process, where there is one; else it is that of the stages. */
  cpuMs?: number;
  peakRssBytes?: number | undefined;
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
    recoveries,
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
    results,
    startupMs: round(startupMs),
    elapsedMs: round(elapsedMs),
    eventsPerSecond: elapsedMs > 0 ? Math.round(done / (elapsedMs / 1_000)) : 0,
    ...(cpuMs === undefined ? {} : { cpuMs: round(cpuMs) }),
    ...(peakRssBytes === undefined ? {} : { peakRssBytes }),
    ...(share === undefined ? {} : { ipcShare: share }),
    recoveries,
    recoveryMs: round(outcome.recoveryMs),
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

/** Writes the report for a person. */
export function describeReport(report: RunReport): string {
  return [
    resultTable(report.results),
    summary(report),
    stageTable(report.stages),
  ].filter(Boolean).join("\n\n");
}

function resultTable(results: readonly ResultRecord[]): string {
  if (results.length === 0) return "No events were counted.";
  const tags = [...new Set(results.flatMap((each) => Object.keys(each.tags)))];
  return table(
    ["type", "events", "sum", "average", "min", "max", ...tags],
    results.map((result) => [
      result.key,
      grouped(result.count),
      trimmed(result.sum),
      trimmed(result.avg),
      trimmed(result.min),
      trimmed(result.max),
      ...tags.map((tag) =>
        Object.entries(result.tags[tag] ?? {})
          .map(([value, count]) => `${value} ${grouped(count)}`).join(", ")
      ),
    ]),
    tags.length,
    [
      { words: true },
      {},
      {},
      { leaveOut: 1 },
      { leaveOut: 3 },
      { leaveOut: 3 },
      ...tags.map(() => ({ leaveOut: 2, words: true, readable: 48 })),
    ],
  );
}

function summary(report: RunReport): string {
  const { events, rejected, filtered, elapsedMs, ipcShare } = report;
  const { fractionsCut = 0 } = report;
  const counted = events - rejected - filtered;
  const lines = [
    `${quantity(events, "event")}: ${grouped(counted)} counted, ${
      grouped(filtered)
    } filtered, ${grouped(rejected)} rejected`,
    `${grouped(report.eventsPerSecond)} events/s: ${
      seconds(elapsedMs)
    } for the run, after ${seconds(report.startupMs)} of start-up; batch ${
      grouped(report.batch)
    }`,
  ];
  if (fractionsCut > 0) {
    lines.splice(
      1,
      0,
      fractionsCut === 1
        ? "1 value had a fraction, which is cut"
        : `${grouped(fractionsCut)} values had fractions, which are cut`,
    );
  }
  if (report.resumedAt !== undefined) {
    lines.push(`resumed at event ${grouped(report.resumedAt)}`);
  }
  if (report.recoveries > 0) {
    const count = report.recoveries === 1
      ? "1 recovery"
      : `${grouped(report.recoveries)} recoveries`;
    lines.push(
      `${count}: the chain was not open for ${seconds(report.recoveryMs)}`,
    );
  }
  const { stagesFrom } = report;
  if (stagesFrom !== undefined) {
    lines.push(
      `figures of the stages are those from event ${
        grouped(stagesFrom)
      } on, where the chain was last opened`,
    );
  }
  if (ipcShare !== undefined) {
    const since = stagesFrom === undefined ? "" : " since then";
    lines.push(
      `${percent(ipcShare)} of the CPU time${since} went into being ${
        countProcesses(report.stages)
      } processes`,
    );
  }
  return lines.join("\n");
}

function countProcesses(stages: readonly StageFigures[]): string {
  const further = stages.reduce((sum, { workers = 1 }) => sum + workers - 1, 0);
  return further === 0 ? "five" : String(STAGES.length + further);
}

function stageTable(stages: readonly StageFigures[]): string {
  const rows = stages.map((stage) => {
    const share = ipcShare([stage]);
    const { batchLatencyMs: latency } = stage;
    return [
      stage.name,
      stage.workers && stage.workers > 1 ? String(stage.workers) : "",
      grouped(stage.in),
      grouped(stage.out),
      grouped(stage.batches),
      megabytes(stage.bytesIn),
      megabytes(stage.bytesOut),
      milliseconds(stage.processingMs),
      milliseconds(stage.codecMs),
      milliseconds(stage.cpuMs),
      share === undefined ? "" : percent(share),
      milliseconds(stage.waitingMs),
      megabytes(stage.peakRssBytes),
      latency
        ? [latency.p50, latency.p95, latency.p99].map((ms) => ms.toFixed(2))
          .join(" / ")
        : "",
    ];
  });
  const head = [
    "stage",
    "workers",
    "in",
    "out",
    "batches",
    "MB in",
    "MB out",
    "own ms",
    "codec ms",
    "CPU ms",
    "IPC",
    "waited ms",
    "peak MB",
    "batch ms p50/p95/p99",
  ];
  // What was not measured for any stage is no column.
  const kept = head.map((_, column) => rows.some((row) => row[column] !== ""));
  const keep = <Cell>(row: Cell[]) => row.filter((_, column) => kept[column]);
  return table(keep(head), rows.map(keep), 0, keep(STAGE_WEIGHTS));
}

/** Of the columns above. */
const STAGE_WEIGHTS: ColumnWeight[] = [
  {},
  {},
  {},
  { leaveOut: 6 },
  { leaveOut: 7 },
  { leaveOut: 8 },
  { leaveOut: 8 },
  { leaveOut: 2 },
  { leaveOut: 9 },
  {},
  {},
  { leaveOut: 5 },
  { leaveOut: 3 },
  { leaveOut: 4 },
];

/** Numbers end at the same place; the first column and the `wordy` last begin. */
function table(
  head: string[],
  rows: string[][],
  wordy: number,
  weights: readonly ColumnWeight[],
): string {
  return formatTable([head, ...rows], {
    right: (column) => column > 0 && column < head.length - wordy,
    weights,
  }).trimEnd();
}

/** A longer integer is shown by its first digits; the files have them all. */
const MOST_DIGITS = 21;

/** At most four digits after the point, and none of hundreds before it. */
function trimmed(number: number | string): string {
  const isLarge = Math.abs(Number(number)) > 10 ** (MOST_DIGITS - 1);
  const digits = isLarge ? String(BigInt(number)) : "";
  const [, sign, first, others = ""] = /^(-?)(\d)(\d*)$/.exec(digits) ?? [];
  if (others.length >= MOST_DIGITS) {
    return `${sign}${first}.${others.slice(0, 5)}e${others.length}`;
  }
  return typeof number === "string"
    ? grouped(number)
    : grouped(Number(number.toFixed(4)));
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? "" : grouped(Math.round(ms));
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "" : (bytes / 1e6).toFixed(1);
}
