/**
 * What `deno task bench` measures: which inputs, at which batch settings, how
 * often. Decides only.
 *
 * @module
 */

import { UsageError } from "../../runtime/program/errors.ts";
import type { Flag } from "../../runtime/program/flags.ts";
import { suggestionOrAll } from "../../runtime/program/suggest.ts";
import type { StageName } from "../../stages/names.ts";
import type { GeneratorOptions, Payload } from "../generate/generator.ts";

/** A setting of the pipeline that is measured. */
export interface BatchSetting {
  /**
   * The value of `--batch`, and after blanks those of `--workers` and `--stage`,
   * if any: `auto parse:2`, `auto parse=rust`.
   */
  batch: string;
  /**
   * The share of the events it is given. Small batches are slow, and what they
   * give for a tenth of the events they give for all.
   */
  share: number;
}

/** The batch settings, in the order of the table. To measure another, add it. */
export const BATCHES: readonly BatchSetting[] = [
  { batch: "1", share: 0.1 },
  { batch: "10", share: 0.5 },
  { batch: "50", share: 1 },
  { batch: "100", share: 1 },
  { batch: "1000", share: 1 },
  { batch: "auto", share: 1 },
  { batch: "auto parse:2", share: 1 },
];

/** A stage by another program than ours, at some batch settings. */
export interface VariantSetting {
  stage: StageName;
  variant: string;
  batches: readonly string[];
}

/** The stages in other languages, as stages/stages.yaml names them. */
export const VARIANTS: readonly VariantSetting[] = [
  { stage: "parse", variant: "rust", batches: ["100", "1000", "auto"] },
  { stage: "rules", variant: "python", batches: ["1000"] },
  { stage: "aggregate", variant: "go", batches: ["1000"] },
];

/** The settings of {@linkcode VARIANTS}. */
export function variantSettings(
  variants: readonly VariantSetting[] = VARIANTS,
): BatchSetting[] {
  return variants.flatMap(({ stage, variant, batches }) =>
    batches.map((batch) => ({
      batch: `${batch} ${stage}=${variant}`,
      share: 1,
    }))
  );
}

/** What a setting says of a stage by another program; undefined for all ours. */
export function variantOf(
  setting: string,
): { batch: string; stage: StageName; variant: string } | undefined {
  const [batch, ...words] = setting.split(" ");
  const [stage, variant] = words.find((word) => word.includes("="))
    ?.split("=") ?? [];
  if (variant === undefined) return undefined;
  return { batch: batch!, stage: stage as StageName, variant };
}

/** From so many events on, what runs before and after is near enough for all. */
const MANY_EVENTS = 5_000_000;

/**
 * Groups the settings that are compared with the same runs of monolith and plain
 * script: a stage by another program stands behind ours.
 */
export function comparedTogether(
  { batches, generate: { count } }: Pick<Workload, "batches" | "generate">,
): string[][] {
  if (count >= MANY_EVENTS) return [[...batches]];
  const groups = Map.groupBy(
    batches,
    (setting) => variantOf(setting)?.batch ?? setting,
  );
  return [...groups.values()];
}

/**
 * The settings that get many more events as well. What warming up costs is little
 * then, and memory has time to grow.
 */
export const LARGE_BATCHES: readonly string[] = ["100", "auto"];

/** Those settings, with so many times the events that the others get. */
export function largeSettings(factor: number): BatchSetting[] {
  return LARGE_BATCHES.map((batch) => ({ batch, share: factor }));
}

/** The flags of a setting. */
export function flagsOf(setting: string): string[] {
  const [batch, ...words] = setting.split(" ");
  return [
    `--batch=${batch}`,
    ...words.map((word) =>
      `--${word.includes("=") ? "stage" : "workers"}=${word}`
    ),
  ];
}

/** The batch settings for work items: the effect shows with two. */
export const WORK_BATCHES: readonly string[] = ["10", "100"];

/** The batch settings whose latency is measured, in the order of the table. */
export const LATENCY_BATCHES: readonly string[] = [
  "auto",
  "1",
  "10",
  "100",
  "1000",
];

/** Work items of each size for each million events: some seconds of work. */
const WORK_ITEMS: Record<Payload, number> = {
  small: 30_000,
  medium: 15_000,
  large: 4_000,
};

/** The batch size of the monolith: the one it is fastest with. */
export const MONOLITH_BATCH = "1000";

/** One input with everything that is run over it, in a round, one after the other. */
export interface Workload {
  /** Names the input's file. */
  name: string;
  kind: "events" | "work-items" | "access-log";
  /** Of a work item. */
  payload?: Payload;
  generate: Partial<GeneratorOptions> & Pick<GeneratorOptions, "count">;
  /**
   * The settings of the pipeline. The monolith is always run too, and over events
   * the plain script.
   */
  batches: readonly string[];
}

/** The batch settings by which all are known, latency or not. */
const SETTINGS = [
  ...new Set([
    ...[...BATCHES, ...variantSettings()].map(({ batch }) => batch),
    ...LATENCY_BATCHES,
  ]),
];

/** A flag that names some of the settings; undefined stands for all. */
export const settingsFlag: Flag<readonly string[] | undefined> = {
  placeholder: "A,B,...",
  help: `measures only some of the batch settings: ${SETTINGS.join(", ")}`,
  fallback: undefined,
  read(list) {
    const settings = list.split(",");
    const unknown = settings.find((each) => !SETTINGS.includes(each));
    if (unknown === undefined) return settings;
    throw new UsageError(
      `there is no setting "${unknown}"${suggestionOrAll(unknown, SETTINGS)}`,
    );
  },
};

/** How much is measured. */
export interface Effort {
  /** Events for the settings that get all of them. */
  events: number;
  /** How many times as many {@linkcode LARGE_BATCHES} get as well. */
  largeFactor: number;
  /** Rounds over the events. */
  rounds: number;
  /** Rounds over the work items. */
  workRounds: number;
  /** No round begins that would not end by then, in milliseconds. */
  budgetMs: number;
  /** The share of that which work items may take. */
  workShare: number;
  /** How long each setting is fed for its latency, in milliseconds. */
  feedMs: number;
}

/** For the record: under eight minutes on two cores. */
export const RECORD: Effort = {
  events: 1_000_000,
  largeFactor: 10,
  rounds: 7,
  workRounds: 3,
  budgetMs: 450_000,
  workShare: 0.15,
  feedMs: 5_000,
};

/** For a look: under one minute. */
export const QUICK: Effort = {
  events: 200_000,
  largeFactor: 5,
  rounds: 2,
  workRounds: 1,
  budgetMs: 45_000,
  workShare: 0.25,
  feedMs: 2_000,
};

/** Lists the inputs of events: settings that get equally many share one. */
export function eventWorkloads(
  events: number,
  settings: readonly BatchSetting[] = BATCHES,
): Workload[] {
  const batchesOf = Map.groupBy(
    settings,
    ({ share }) => Math.max(1, Math.round(events * share)),
  );
  return [...batchesOf].map(([count, settings]) => ({
    name: `events-${count}`,
    kind: "events",
    generate: { count },
    batches: settings.map(({ batch }) => batch),
  }));
}

/**
 * Lists the input of another shape: a made-up access log, counted by two fields,
 * with two values and percentiles.
 */
export function accessLogWorkloads(
  events: number,
  isMeant: (batch: string) => boolean,
): Workload[] {
  const batches = ["auto"].filter(isMeant);
  if (batches.length === 0) return [];
  return [{
    name: `access-log-${events}`,
    kind: "access-log",
    generate: { count: events, workload: "access-log" },
    batches,
  }];
}

/** Lists the inputs of work items, one for each size. */
export function workItemWorkloads(
  events: number,
  batches: readonly string[] = WORK_BATCHES,
): Workload[] {
  if (batches.length === 0) return [];
  return Object.entries(WORK_ITEMS).map(([name, perMillion]) => {
    const payload = name as Payload;
    const count = Math.max(1, Math.round(perMillion * events / 1_000_000));
    return {
      name: `work-items-${payload}`,
      kind: "work-items",
      payload,
      generate: { count, workload: "work-items", payload },
      batches,
    };
  });
}
