/**
 * The report of a run as tables for a person. Loaded only where it is printed:
 * to measure and cut words takes a library that loads slowly.
 *
 * @module
 */

import type { StageFigures } from "../../orchestrator/stage_figures.ts";
import {
  grouped,
  percent,
  quantity,
  trimmed,
} from "../../runtime/program/numbers.ts";
import { STAGES } from "../../stages/names.ts";
import type { RecordKind } from "../../stages/sink/formats.ts";
import type { BuiltInRecord } from "../../stages/sink/results.ts";
import type { ColumnWeight } from "../terminal/fit_table.ts";
import { formatTable } from "../terminal/table.ts";
import { recordTable } from "./record_table.ts";
import { ipcShare, type RunReport } from "./report.ts";

/** What is said of the results besides those that are shown. */
export interface ReportedResults {
  kind: RecordKind;
  /** How many there are. */
  count: number;
  /** Where they are. */
  place: string;
}

/** Writes the report for a person. */
export function describeReport(
  report: RunReport,
  results: ReportedResults,
): string {
  return [
    resultTable(report, results),
    summary(report),
    stageTable(report.stages),
  ].filter(Boolean).join("\n\n");
}

/** For those who try a log of their own, and know of no schema. */
const HOW_TO_NAME_FIELDS =
  "No line is one of the built-in events. To count others, name their fields:\n" +
  "--key=FIELD,... --value=FIELD:p95+avg,... --time=FIELD, or --schema=FILE";

function resultTable(
  { results, events, rejected }: RunReport,
  { kind, count, place }: ReportedResults,
): string {
  if (results.length === 0) {
    return kind.builtIn && events > 0 && rejected === events
      ? `No events were counted. ${HOW_TO_NAME_FIELDS}`
      : "No events were counted.";
  }
  if (kind.builtIn) return builtInTable(results as BuiltInRecord[]);
  const more = count - results.length;
  return recordTable(results, kind) +
    (more > 0 ? `\n${quantity(more, "more result")}: ${place}` : "");
}

function builtInTable(results: readonly BuiltInRecord[]): string {
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
  const { fractionsCut = 0, late, other } = report;
  const counted = events - rejected - filtered;
  const lines = [
    `${quantity(events, "event")}: ${grouped(counted)} counted${
      other ? ` (${grouped(other)} in other groups)` : ""
    }, ${grouped(filtered)} filtered, ${grouped(rejected)} rejected${
      late ? ` (${grouped(late)} late)` : ""
    }`,
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
  const { stagesFrom, swaps = 0, swapMs = 0 } = report;
  if (swaps > 0) {
    lines.push(
      `${quantity(swaps, "swap")}: the chain was not open for ${
        seconds(swapMs)
      }`,
    );
  }
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

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? "" : grouped(Math.round(ms));
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "" : (bytes / 1e6).toFixed(1);
}
