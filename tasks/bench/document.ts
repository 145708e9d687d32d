/**
 * The document that `deno task bench` writes, made from the reports of its
 * runs.
 *
 * docs/performance.md says what each figure means.
 *
 * @module
 */

import type { StageFigures } from "../../orchestrator/stage_figures.ts";
import type { StageName } from "../../stages/names.ts";
import type { RunReport } from "../run/report.ts";
import type { Machine } from "./machine.ts";
import type { Workload } from "./plan.ts";
import { median, type Spread, spreadOf } from "./statistics.ts";

/** Everything that was measured. */
export interface BenchDocument {
  command: "bench";
  /** When it ended, as ISO 8601. */
  date: string;
  /** True for a look with few events and rounds. */
  quick: boolean;
  machine: Machine;
  /** The batch size of the monolith. */
  monolithBatch: number;
  elapsedMs: number;
  rows: Row[];
}

/** One setting of the pipeline against the monolith, over the same input. */
export interface Row {
  workload: "events" | "work-items";
  /** Size of a work item. */
  payload?: string;
  /** As `--batch` has it; with workers followed by what `--workers` has. */
  batch: string;
  rounds: number;
  events: number;
  inputBytes: number;
  pipeline: Figures & {
    /** 1 - the stages' own work ÷ their CPU time. */
    ipcShare: Spread;
    startupMs: Spread;
    stages: StageRow[];
  };
  monolith: Figures & { peakRssBytes?: number };
  /** Events a second: pipeline ÷ monolith of the same round. */
  ratio: Spread;
}

/** What both commands have. */
export interface Figures {
  eventsPerSecond: Spread;
  /** CPU time of all processes, in microseconds an event. */
  cpuMicrosPerEvent: Spread;
}

/** Medians of one stage, in microseconds an event of the run. */
export interface StageRow {
  name: StageName;
  cpuMicros: number;
  /** Its own work. */
  ownMicros: number;
  /** Encoding and decoding. */
  codecMicros: number;
  /** The most of all rounds. */
  peakRssBytes: number;
}

/** What one round gave for one workload. */
export interface Round {
  monolith: RunReport;
  /** By the setting of `--batch`. */
  pipeline: Map<string, RunReport>;
}

/** Sums up the rounds of a workload, a row for each setting. */
export function rowsOf(
  { kind, payload, batches }: Workload,
  inputBytes: number,
  rounds: readonly Round[],
): Row[] {
  return batches.map((batch): Row => {
    const pairs = rounds.map(({ monolith, pipeline }) => ({
      monolith,
      pipeline: pipeline.get(batch)!,
    }));
    const monoliths = pairs.map(({ monolith }) => monolith);
    const pipelines = pairs.map(({ pipeline }) => pipeline);
    const peaks = monoliths.flatMap(({ peakRssBytes }) => peakRssBytes ?? []);
    return {
      workload: kind,
      ...(payload ? { payload } : {}),
      batch,
      rounds: rounds.length,
      events: pipelines[0]!.events,
      inputBytes,
      pipeline: {
        ...figuresOf(pipelines),
        ipcShare: spreadOf(pipelines.map(({ ipcShare }) => ipcShare ?? NaN)),
        startupMs: spreadOf(pipelines.map(({ startupMs }) => startupMs), 0),
        stages: pipelines[0]!.stages.map(({ name }) =>
          stageRow(
            name as StageName,
            pipelines.map(({ events, stages }) => ({
              events,
              stage: stages.find((each) => each.name === name)!,
            })),
          )
        ),
      },
      monolith: {
        ...figuresOf(monoliths),
        ...(peaks.length > 0 ? { peakRssBytes: Math.max(...peaks) } : {}),
      },
      ratio: spreadOf(
        pairs.map(({ pipeline, monolith }) =>
          pipeline.eventsPerSecond / monolith.eventsPerSecond
        ),
      ),
    };
  });
}

function figuresOf(reports: readonly RunReport[]): Figures {
  return {
    eventsPerSecond: spreadOf(
      reports.map(({ eventsPerSecond }) => eventsPerSecond),
      0,
    ),
    cpuMicrosPerEvent: spreadOf(
      reports.map(({ cpuMs = NaN, events }) => cpuMs * 1_000 / events),
      3,
    ),
  };
}

function stageRow(
  name: StageName,
  runs: readonly { events: number; stage: StageFigures }[],
): StageRow {
  const micros = (of: (stage: StageFigures) => number | undefined) =>
    Number(
      median(
        runs.map(({ events, stage }) => (of(stage) ?? NaN) * 1_000 / events),
      ).toFixed(4),
    );
  return {
    name,
    cpuMicros: micros(({ cpuMs }) => cpuMs),
    ownMicros: micros(({ processingMs }) => processingMs),
    codecMicros: micros(({ codecMs }) => codecMs),
    peakRssBytes: Math.max(
      ...runs.map(({ stage }) => stage.peakRssBytes ?? NaN),
    ),
  };
}
