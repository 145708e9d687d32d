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
import type { PlainRun } from "./plain_script.ts";
import { variantOf, type Workload } from "./plan.ts";
import type { CommandRun } from "./run_command.ts";
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
  /** What memory does with the number of events; absent in older documents. */
  growth?: Growth[];
}

/**
 * One setting of the pipeline against the monolith, and against the plain script
 * where that can do the same, over the same input.
 */
export interface Row {
  workload: Workload["kind"];
  /** Size of a work item. */
  payload?: string;
  /**
   * As `--batch` has it, followed by what `--workers` or `--stage` has, where one
   * is set.
   */
  batch: string;
  rounds: number;
  events: number;
  inputBytes: number;
  pipeline: Figures & {
    /** 1 - the stages' own work ÷ their CPU time. */
    ipcShare: Spread;
    startupMs: Spread;
    /** From the command to the open chain; absent in older documents. */
    commandToOpenMs?: Spread;
    stages: StageRow[];
  };
  monolith: Figures & { peakRssBytes?: number };
  /** Events a second: pipeline ÷ monolith of the same round. */
  ratio: Spread;
  /** bench/plain_script.ts; over events only. */
  plainScript?: Figures & {
    /** Of its process, all that is not counted in its events a second. */
    startupMs: Spread;
  };
  /** Events a second: pipeline ÷ plain script of the same round. */
  pipelineToPlain?: Spread;
  /** Events a second: monolith ÷ plain script of the same round. */
  monolithToPlain?: Spread;
  /** CPU time an event: pipeline ÷ plain script of the same round. */
  cpuToPlain?: Spread;
  /** Events a second ÷ those of the built-in shape of the same round. */
  toEvents?: Spread;
  /** Events a second ÷ those with our own stage, at the same batch and round. */
  toOwn?: Spread;
}

/** The peak memory of the processes over few and over many events. */
export interface Growth {
  /** The batch setting. */
  batch: string;
  /** How many events the few were, and the many. */
  events: [few: number, many: number];
  processes: {
    name: StageName | "monolith";
    /** Medians of the rounds. */
    peakRssBytes: [few: number, many: number];
    /** Over many ÷ over few events of the same round. */
    ratio: Spread;
  }[];
}

/** What both commands have. */
export interface Figures {
  eventsPerSecond: Spread;
  /** CPU time of all processes, in microseconds an event. */
  cpuMicrosPerEvent: Spread;
}

/**
 * Medians of one stage, in microseconds an event of the run. What a stage does
 * not measure is null.
 */
export interface StageRow {
  name: StageName;
  cpuMicros: number | null;
  /** Its own work. */
  ownMicros: number | null;
  /** Encoding and decoding. */
  codecMicros: number | null;
  /** The most of all rounds. */
  peakRssBytes: number | null;
}

/** What ran one right after the other. */
export interface Compared {
  monolith: RunReport;
  /** Over events only. */
  plainScript?: PlainRun;
  pipeline: CommandRun;
}

/** What one round gave for one workload, by the setting of `--batch`. */
export type Round = ReadonlyMap<string, Compared>;

/** A workload, and what all rounds over it gave. */
export interface Measured {
  workload: Workload;
  inputBytes: number;
  rounds: readonly Round[];
}

/** Sums up the rounds of a workload, a row for each setting. */
export function rowsOf({ workload, inputBytes, rounds }: Measured): Row[] {
  const { kind, payload, batches } = workload;
  return batches.map((batch): Row => {
    const pairs = rounds.map((round) => round.get(batch)!);
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
        commandToOpenMs: spreadOf(
          pipelines.map(({ commandToOpenMs }) => commandToOpenMs),
          0,
        ),
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
          rateOf(pipeline) / rateOf(monolith)
        ),
      ),
      ...plainOf(batch, rounds),
      ...ownOf(batch, rounds),
    };
  });
}

/** What a stage by another program makes of the run, where one is set. */
function ownOf(batch: string, rounds: readonly Round[]): Partial<Row> {
  const base = variantOf(batch)?.batch;
  if (base === undefined) return {};
  const pairs = rounds.flatMap((round) => {
    const own = round.get(base)?.pipeline;
    return own ? [{ other: round.get(batch)!.pipeline, own }] : [];
  });
  if (pairs.length === 0) return {};
  return {
    toOwn: spreadOf(
      pairs.map(({ other, own }) => rateOf(other) / rateOf(own)),
    ),
  };
}

/** The plain script's part of a row, where it has run. */
function plainOf(
  batch: string,
  rounds: readonly Round[],
): Partial<Row> {
  const triples = rounds.flatMap((round) => {
    const { monolith, pipeline, plainScript } = round.get(batch)!;
    return plainScript ? [{ monolith, pipeline, plain: plainScript }] : [];
  });
  if (triples.length === 0) return {};
  const toPlain = (of: (triple: typeof triples[number]) => RunReport) =>
    spreadOf(
      triples.map((triple) => rateOf(of(triple)) / rateOf(triple.plain)),
    );
  const plains = triples.map(({ plain }) => plain);
  return {
    plainScript: {
      ...figuresOf(plains),
      startupMs: spreadOf(plains.map(({ startupMs }) => startupMs), 0),
    },
    pipelineToPlain: toPlain(({ pipeline }) => pipeline),
    monolithToPlain: toPlain(({ monolith }) => monolith),
    cpuToPlain: spreadOf(
      triples.map(({ pipeline, plain }) =>
        microsOf(pipeline) / microsOf(plain)
      ),
    ),
  };
}

/**
 * Compares a workload of another shape with as many events of the built-in one,
 * round by round, for each setting that both have.
 */
export function rowsAgainst(other: Measured, events: Measured): Row[] {
  return rowsOf(other).map((row) => {
    if (!events.workload.batches.includes(row.batch)) return row;
    const ratios = other.rounds.slice(0, events.rounds.length)
      .map((round, at) =>
        rateOf(round.get(row.batch)!.pipeline) /
        rateOf(events.rounds[at]!.get(row.batch)!.pipeline)
      );
    return { ...row, toEvents: spreadOf(ratios) };
  });
}

/**
 * Compares the memory of two workloads, round by round, for each setting that
 * both have.
 */
export function growthOf(few: Measured, many: Measured): Growth[] {
  const rounds = few.rounds.map((round, at) => [round, many.rounds[at]!]);
  const batches = few.workload.batches
    .filter((batch) => many.workload.batches.includes(batch));
  const compare = (
    name: StageName | "monolith",
    peakOf: (round: Round) => number | undefined,
  ): Growth["processes"] => {
    const pairs = rounds.map((pair) =>
      pair.map((round) => peakOf(round) ?? NaN)
    ) as [few: number, many: number][];
    if (pairs.flat().some(Number.isNaN)) return []; // not known on this system
    return [{
      name,
      peakRssBytes: [
        median(pairs.map(([few]) => few)),
        median(pairs.map(([, many]) => many)),
      ],
      ratio: spreadOf(pairs.map(([few, many]) => many / few)),
    }];
  };
  return batches.map((batch) => {
    const report = (round: Round) => round.get(batch)!.pipeline;
    return {
      batch,
      events: [
        report(few.rounds[0]!).events,
        report(many.rounds[0]!).events,
      ],
      processes: [
        ...report(few.rounds[0]!).stages.flatMap(({ name }) =>
          compare(
            name as StageName,
            (round) =>
              report(round).stages.find((stage) => stage.name === name)
                ?.peakRssBytes,
          )
        ),
        ...compare(
          "monolith",
          (round) => round.get(batch)!.monolith.peakRssBytes,
        ),
      ],
    };
  });
}

/** A run's time, and what it took. */
type Timed = Pick<RunReport, "events" | "elapsedMs" | "cpuMs">;

function figuresOf(runs: readonly Timed[]): Figures {
  return {
    eventsPerSecond: spreadOf(runs.map(rateOf), 0),
    cpuMicrosPerEvent: spreadOf(
      runs.map(microsOf),
      3,
    ),
  };
}

/** CPU time of all processes, in microseconds an event. */
function microsOf({ events, cpuMs = NaN }: Timed): number {
  return cpuMs * 1_000 / events;
}

/** Events a second. */
function rateOf({ events, elapsedMs }: Timed): number {
  return events / (elapsedMs / 1_000);
}

function stageRow(
  name: StageName,
  runs: readonly { events: number; stage: StageFigures }[],
): StageRow {
  const known = (of: (stage: StageFigures) => number | undefined) =>
    runs.flatMap(({ events, stage }) => {
      const value = of(stage);
      return value === undefined ? [] : [{ value, events }];
    });
  const micros = (of: (stage: StageFigures) => number | undefined) => {
    const values = known(of);
    if (values.length === 0) return null;
    return Number(
      median(values.map(({ value, events }) => value * 1_000 / events))
        .toFixed(4),
    );
  };
  const peaks = known(({ peakRssBytes }) => peakRssBytes);
  return {
    name,
    cpuMicros: micros(({ cpuMs }) => cpuMs),
    ownMicros: micros(({ processingMs }) => processingMs),
    codecMicros: micros(({ codecMs }) => codecMs),
    peakRssBytes: peaks.length === 0
      ? null
      : Math.max(...peaks.map(({ value }) => value)),
  };
}
