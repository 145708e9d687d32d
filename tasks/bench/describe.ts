/**
 * Writes the document of a bench as tables, for a person or for a page.
 *
 * @module
 */

import { grouped } from "../../runtime/program/numbers.ts";
import type { BenchDocument, Growth, Row } from "./document.ts";
import { machineLine } from "./machine.ts";
import { variantOf } from "./plan.ts";
import type { Spread } from "./statistics.ts";
import { type TableStyle, writeTable } from "./tables.ts";

/** Columns that hold words. */
const WORDS = ["payload", "batch", "stage", "process"];

/** The tables by their names; one that has no rows is empty. */
export function benchTables(
  { rows, growth = [] }: Pick<BenchDocument, "rows" | "growth">,
  style: TableStyle,
) {
  const isOurs = ({ batch }: Row) => variantOf(batch) === undefined;
  const all = rows.filter(({ workload }) => workload === "events");
  const events = all.filter(isOurs);
  const items = rows.filter(({ workload }) => workload === "work-items");
  const log = rows.filter(({ workload }) => workload === "access-log");
  return {
    plain: plainTable(events, style),
    monolith: monolithTable("events", events, style),
    stages: stageTable(events, style),
    items: monolithTable("work items", items, style),
    variants: variantTable(all, style),
    "access-log": accessLogTable(log, style),
    growth: growthTable(growth, style),
  };
}

/** Writes the tables, and what is needed to read them. */
export function describeBench(
  document: BenchDocument,
  style: TableStyle = "terminal",
): string {
  const { machine, monolithBatch } = document;
  const { plain, monolith, stages, items, variants, growth, ...others } =
    benchTables(
      document,
      style,
    );
  return [
    machineLine(machine),
    plain,
    monolith,
    stages &&
    `CPU µs an event of each stage: own work / encoding and decoding / all of its process\n\n${stages}`,
    variants && `A stage by another program, beside ours\n\n${variants}`,
    items,
    others["access-log"],
    growth &&
    `Peak memory of each process over few and over many events\n\n${growth}`,
    [
      `Medians of the rounds. "÷ plain" and "÷ monolith" compare events a second in the same round over the same`,
      `events, with the least and the most. The plain script is bench/plain_script.ts; the monolith runs at batch ${monolithBatch}.`,
      `"CPU µs" is the CPU time of all processes an event, "IPC" the share of it that was not the stages' own work.`,
      `Results of every run were those of the monolith.`,
    ].join("\n"),
  ].filter(Boolean).join("\n\n");
}

/** Pipeline and monolith against the plain script. */
function plainTable(rows: readonly Row[], style: TableStyle): string {
  const timed = rows.some(({ pipeline }) => pipeline.commandToOpenMs);
  const head = [
    ...["batch", "events", "rounds", "plain/s", "monolith/s", "pipeline/s"],
    ...["pipeline ÷ plain", "least..most", "monolith ÷ plain", "least..most"],
    ...["start-up s: plain", "stages"],
    ...(timed ? ["command to open chain"] : []),
  ];
  const cells = rows.flatMap((row) => {
    const { pipeline, monolith, plainScript } = row;
    const { pipelineToPlain, monolithToPlain } = row;
    if (!plainScript || !pipelineToPlain || !monolithToPlain) return [];
    return [[
      row.batch,
      grouped(row.events),
      String(row.rounds),
      ...[plainScript, monolith, pipeline]
        .map(({ eventsPerSecond }) => grouped(eventsPerSecond.median)),
      ...[pipelineToPlain, monolithToPlain].flatMap((ratio) => [
        ratio.median.toFixed(2),
        range(ratio, 2),
      ]),
      ...[
        plainScript.startupMs,
        pipeline.startupMs,
        ...(timed ? [pipeline.commandToOpenMs] : []),
      ].map((ms) => ms ? (ms.median / 1_000).toFixed(2) : ""),
    ]];
  });
  return cells.length === 0 ? "" : writeTable([head, ...cells], style, WORDS);
}

/** The pipeline against the monolith. */
function monolithTable(
  title: string,
  rows: readonly Row[],
  style: TableStyle,
): string {
  if (rows.length === 0) return "";
  const sized = rows.some(({ payload }) => payload !== undefined);
  const head = [
    ...(sized ? ["payload"] : []),
    ...["batch", title, "rounds", "pipeline/s", "monolith/s"],
    ...["÷ monolith", "least..most", ...(sized ? ["MB/s"] : [])],
    ...["CPU µs", "least..most", "monolith's"],
    ...(sized ? [] : ["plain's", "÷ plain's", "least..most"]),
    "IPC",
  ];
  const cells = rows.map((row) => [
    ...(sized ? [row.payload ?? ""] : []),
    row.batch,
    grouped(row.events),
    String(row.rounds),
    grouped(row.pipeline.eventsPerSecond.median),
    grouped(row.monolith.eventsPerSecond.median),
    row.ratio.median.toFixed(3),
    range(row.ratio, 3),
    ...(sized ? [megabytesPerSecond(row)] : []),
    row.pipeline.cpuMicrosPerEvent.median.toFixed(2),
    range(row.pipeline.cpuMicrosPerEvent, 2),
    row.monolith.cpuMicrosPerEvent.median.toFixed(2),
    ...(sized ? [] : [
      row.plainScript?.cpuMicrosPerEvent.median.toFixed(2) ?? "",
      row.cpuToPlain?.median.toFixed(2) ?? "",
      row.cpuToPlain ? range(row.cpuToPlain, 2) : "",
    ]),
    `${(row.pipeline.ipcShare.median * 100).toFixed(1)} %`,
  ]);
  return writeTable([head, ...cells], style, WORDS);
}

/** Another shape of events against the built-in one. */
function accessLogTable(rows: readonly Row[], style: TableStyle): string {
  if (rows.length === 0) return "";
  const head = [
    ...["batch", "answers", "rounds", "pipeline/s", "÷ events", "least..most"],
    ...["monolith/s", "÷ monolith", "least..most", "CPU µs", "monolith's"],
  ];
  const cells = rows.map((row) => {
    const { batch, events, rounds, pipeline, monolith, ratio, toEvents } = row;
    return [
      batch,
      grouped(events),
      String(rounds),
      grouped(pipeline.eventsPerSecond.median),
      toEvents ? toEvents.median.toFixed(2) : "",
      toEvents ? range(toEvents, 2) : "",
      grouped(monolith.eventsPerSecond.median),
      ratio.median.toFixed(3),
      range(ratio, 3),
      pipeline.cpuMicrosPerEvent.median.toFixed(2),
      monolith.cpuMicrosPerEvent.median.toFixed(2),
    ];
  });
  return writeTable([head, ...cells], style, WORDS);
}

/** A stage in another language against ours. */
function variantTable(rows: readonly Row[], style: TableStyle): string {
  const head = [
    ...["batch", "stage", "CPU µs", "ours", "own work", "ours"],
    ...["peak MB", "ours", "pipeline/s", "÷ ours", "least..most"],
  ];
  const cells = rows.flatMap((row) => {
    const { events, pipeline, toOwn } = row;
    const of = variantOf(row.batch);
    if (!of || !toOwn) return [];
    const base = rows.find(({ batch, events: as }) =>
      batch === of.batch && as === events
    );
    const stages = [pipeline, base?.pipeline].map((each) =>
      each?.stages.find(({ name }) => name === of.stage)
    );
    return [[
      of.batch,
      `${of.stage}=${of.variant}`,
      ...stages.map((stage) => micros(stage?.cpuMicros)),
      ...stages.map((stage) => micros(stage?.ownMicros)),
      ...stages.map((stage) => megabytes(stage?.peakRssBytes)),
      grouped(pipeline.eventsPerSecond.median),
      toOwn.median.toFixed(2),
      range(toOwn, 2),
    ]];
  });
  return cells.length === 0 ? "" : writeTable([head, ...cells], style, WORDS);
}

/** Where a microsecond goes. */
function stageTable(rows: readonly Row[], style: TableStyle): string {
  const names = rows[0]?.pipeline.stages.map(({ name }) => name);
  if (!names) return "";
  const head = [
    ...["batch", "events", ...names, "all"],
    `peak MB: ${names.join(", ")}`,
  ];
  const cells = rows.map(({ batch, events, pipeline }) => [
    batch,
    grouped(events),
    ...pipeline.stages.map(({ ownMicros, codecMicros, cpuMicros }) =>
      [ownMicros, codecMicros, cpuMicros].map(micros).join(" / ")
    ),
    micros(pipeline.cpuMicrosPerEvent.median),
    pipeline.stages.map(({ peakRssBytes }) => megabytes(peakRssBytes))
      .join(", "),
  ]);
  return writeTable([head, ...cells], style, WORDS);
}

function growthTable(growth: readonly Growth[], style: TableStyle): string {
  if (growth.length === 0) return "";
  const [few, many] = growth[0]!.events;
  const head = [
    ...["batch", "process", `MB, ${grouped(few)}`, `MB, ${grouped(many)}`],
    ...["many ÷ few", "least..most"],
  ];
  const cells = growth.flatMap(({ batch, processes }) =>
    processes.map(({ name, peakRssBytes, ratio }) => [
      batch,
      name,
      ...peakRssBytes.map(megabytes),
      ratio.median.toFixed(2),
      range(ratio, 2),
    ])
  );
  return writeTable([head, ...cells], style, WORDS);
}

function range({ min, max }: Spread, digits: number): string {
  return `${min.toFixed(digits)}..${max.toFixed(digits)}`;
}

/** Empty for what was not measured. */
function micros(value: number | null | undefined): string {
  return value?.toFixed(2) ?? "";
}

function megabytes(bytes: number | null | undefined): string {
  return bytes == null ? "" : (bytes / 1e6).toFixed(0);
}

function megabytesPerSecond(
  { inputBytes, events, pipeline }: Row,
): string {
  const bytes = inputBytes / events * pipeline.eventsPerSecond.median;
  return (bytes / 1e6).toFixed(1);
}
