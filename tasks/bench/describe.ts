/**
 * Writes the document of a bench as tables for a person.
 *
 * @module
 */

import { grouped } from "../../runtime/program/numbers.ts";
import { STAGES } from "../../stages/names.ts";
import { formatTable } from "../terminal/table.ts";
import type { BenchDocument, Row } from "./document.ts";
import { machineLine } from "./machine.ts";
import type { Spread } from "./statistics.ts";

/** Writes the tables, and what is needed to read them. */
export function describeBench(document: BenchDocument): string {
  const { rows, machine, monolithBatch } = document;
  const events = rows.filter(({ workload }) => workload === "events");
  const items = rows.filter(({ workload }) => workload === "work-items");
  return [
    machineLine(machine),
    describeRows("events", events),
    describeRows("work items", items),
    [
      `Medians of the rounds. "÷ monolith" is pipeline ÷ monolith of the same round over the same events,`,
      `with its least and most; the monolith runs at batch ${monolithBatch}. "IPC" is the share of the CPU`,
      `time that was not the stages' own work. Results of every run were those of the monolith.`,
    ].join("\n"),
  ].filter(Boolean).join("\n\n");
}

function describeRows(title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const sized = rows.some(({ payload }) => payload !== undefined);
  const head = [
    ...(sized ? ["payload"] : []),
    "batch",
    title,
    "rounds",
    "pipeline/s",
    "monolith/s",
    "÷ monolith",
    "least..most",
    ...(sized ? ["MB/s"] : []),
    "CPU µs",
    "monolith's",
    "IPC",
    `peak MB: ${STAGES.join(", ")}`,
  ];
  const cells = rows.map((row) => [
    ...(sized ? [row.payload ?? ""] : []),
    row.batch,
    grouped(row.events),
    String(row.rounds),
    grouped(row.pipeline.eventsPerSecond.median),
    grouped(row.monolith.eventsPerSecond.median),
    row.ratio.median.toFixed(3),
    range(row.ratio),
    ...(sized ? [megabytesPerSecond(row)] : []),
    row.pipeline.cpuMicrosPerEvent.median.toFixed(2),
    row.monolith.cpuMicrosPerEvent.median.toFixed(2),
    `${(row.pipeline.ipcShare.median * 100).toFixed(1)} %`,
    row.pipeline.stages
      .map(({ peakRssBytes }) => (peakRssBytes / 1e6).toFixed(0))
      .join(", "),
  ]);
  return formatTable([head, ...cells], {
    right: (column) => (!sized || column > 0) && column < head.length - 1,
  }).trimEnd();
}

function range({ min, max }: Spread): string {
  return `${min.toFixed(3)}..${max.toFixed(3)}`;
}

function megabytesPerSecond(
  { inputBytes, events, pipeline }: Row,
): string {
  const bytes = inputBytes / events * pipeline.eventsPerSecond.median;
  return (bytes / 1e6).toFixed(1);
}
