/**
 * The `bench` command: measures what splitting a program into processes costs.
 *
 * It runs the monolith, the plain script and the pipeline in turn over the same
 * events. It compares the runs of each round, since a machine is not as fast now
 * as it was a minute ago. With `--rate` it measures how long an event takes
 * through the pipeline. Every run is a process of its own, started as a user
 * would start it, and must give the monolith's results.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { statIfThere } from "../runtime/files/optional_file.ts";
import { startGuardian } from "../runtime/process/guardian.ts";
import { UsageError } from "../runtime/program/errors.ts";
import {
  type Flags,
  integer,
  readFlags,
  text,
  toggle,
} from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log, print } from "../runtime/program/log.ts";
import { PROJECT, shortPath, userPath } from "../runtime/program/paths.ts";
import { drawChart } from "./bench/chart.ts";
import { describeBench } from "./bench/describe.ts";
import { describeLatency } from "./bench/describe_latency.ts";
import {
  type BenchDocument,
  growthOf,
  rowsAgainst,
  rowsOf,
} from "./bench/document.ts";
import { BENCH_FLAGS, checkForm, markdownFlag } from "./bench/flags.ts";
import { describeResults } from "./bench/describe_results.ts";
import { drawLatencyChart } from "./bench/latency_chart.ts";
import type { LatencyDocument } from "./bench/latency_document.ts";
import { describeMachine } from "./bench/machine.ts";
import { measureRounds } from "./bench/measure.ts";
import { measureLatency } from "./bench/measure_latency.ts";
import {
  accessLogWorkloads,
  BATCHES,
  type BatchSetting,
  eventWorkloads,
  largeSettings,
  LATENCY_BATCHES,
  MONOLITH_BATCH,
  QUICK,
  RECORD,
  settingsFlag,
  variantOf,
  variantSettings,
  WORK_BATCHES,
  workItemWorkloads,
} from "./bench/plan.ts";
import {
  type BenchResults,
  FOR_THE_PAGE,
  readResults,
  toJson,
  withLatency,
  withThroughput,
  writeResults,
} from "./bench/results_file.ts";
import type { RunContext } from "./bench/run_command.ts";
import { builtVariants } from "./bench/variants.ts";
import { pipelineFlags } from "./pipeline.ts";
import { printHelp } from "./terminal/help.ts";

const FLAGS = {
  events: integer(
    "events for batches from 50; 10 gets half, 1 a tenth, 100 and auto ten times as many too (default: 1000000; with --quick 200000, and five times)",
    undefined,
    { min: 100, max: 100_000_000 },
  ),
  rounds: integer(
    "rounds over the events, however long they take (default: 7, or what fits in 8 minutes; 2 with --quick)",
    undefined,
    { min: 1, max: 1_000 },
  ),
  rate: integer(
    "measures latency instead: feeds so many events a second",
    undefined,
    { min: 1, max: 1_000_000 },
  ),
  settings: settingsFlag,
  output: text(
    "FOLDER",
    "where results.json and results.svg, or latency.svg, go (default: bench)",
  ),
  show: toggle("measures nothing: prints what results.json holds"),
  port: pipelineFlags.port,
  markdown: markdownFlag,
  ...BENCH_FLAGS,
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @returns The exit code: 130 or 143 when it was interrupted.
 * @throws {UsageError} If the command line is wrong.
 * @throws {Failure} If a run fails or gives other results than the monolith.
 */
export async function bench(argv: string[]): Promise<number> {
  const { flags, given } = readFlags(argv, FLAGS);
  if (flags.help) {
    printHelp("bench [flags]", "Measures what splitting costs.", FLAGS);
    return 0;
  }
  checkForm(given);
  checkTogether(given, flags);
  const output = flags.output
    ? userPath(flags.output)
    : resolve(PROJECT, "bench");
  if (flags.output) await checkFolder(output, flags.output);
  else await Deno.mkdir(output, { recursive: true });
  const resultsPath = join(output, "results.json");
  const before = await readResults(resultsPath); // says now that it cannot be added to
  if (flags.show) {
    const style = flags.markdown ? "markdown" : "terminal";
    print(
      flags.json
        ? toJson(before).trimEnd()
        : describeResults(before, style, shortPath(resultsPath)),
    );
    return 0;
  }
  using interrupts = listenForInterrupts();
  const folder = await Deno.makeTempDir({ prefix: "denizen-bench-" });
  try {
    await using guardian = startGuardian();
    const measured = await measure(flags, { folder, guardian, interrupts });
    const chartPath = join(output, measured.chart.name);
    await writeResults(
      resultsPath,
      measured.addTo(await readResults(resultsPath)),
    );
    await Deno.writeTextFile(chartPath, measured.chart.svg);
    print(
      flags.json
        ? toJson(measured.addTo({ command: "bench" })).trimEnd()
        : measured.text,
    );
    log(
      `Wrote ${[resultsPath, chartPath].map(shortPath).join(" and ")}${
        flags.output ? "" : FOR_THE_PAGE
      }`,
    );
    return 0;
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    log("Interrupted: nothing was written");
    return interrupts.stop.reason;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What was measured, in all its forms. */
interface Measured {
  /** Puts it into the document of earlier runs, in the place of its like. */
  addTo(results: BenchResults): BenchResults;
  text: string;
  chart: { name: string; svg: string };
}

async function measure(
  flags: Flags<typeof FLAGS>,
  context: RunContext & { folder: string },
): Promise<Measured> {
  const { rate } = flags;
  const style = flags.markdown ? "markdown" : "terminal";
  if (rate === undefined) {
    const document = await measureThroughput(flags, context);
    return {
      addTo: (results) => withThroughput(results, document),
      text: describeBench(document, style),
      chart: { name: "results.svg", svg: drawChart(document) },
    };
  }
  const document = await measureAtRate(rate, flags, context);
  return {
    addTo: (results) => withLatency(results, document),
    text: describeLatency(document, style),
    chart: { name: "latency.svg", svg: drawLatencyChart(document) },
  };
}

async function measureThroughput(
  { quick, events, rounds, settings, port }: Flags<typeof FLAGS>,
  context: RunContext & { folder: string },
): Promise<BenchDocument> {
  const effort = quick ? QUICK : RECORD;
  const startMs = performance.now();
  const count = events ?? effort.events;
  const budgetMs = rounds ? Infinity : effort.budgetMs;
  const common = { ...context, port };
  const isMeant = meantBy(settings);
  const others = variantSettings(await builtVariants(settings));
  const batches = withTheirBase([...BATCHES, ...others], isMeant);
  const large = largeSettings(effort.largeFactor)
    .filter(({ batch }) => isMeant(batch));
  const measured = [
    // The smaller matter first: the rounds over events take what time is left.
    ...await measureRounds(
      workItemWorkloads(count, WORK_BATCHES.filter(isMeant)),
      {
        ...common,
        rounds: Math.min(rounds ?? Infinity, effort.workRounds),
        untilMs: startMs + budgetMs * effort.workShare,
      },
    ),
    ...await measureRounds([
      ...eventWorkloads(count, [...batches, ...large]),
      ...accessLogWorkloads(count, isMeant),
    ], {
      ...common,
      rounds: rounds ?? effort.rounds,
      untilMs: startMs + budgetMs,
    }),
  ];
  const [few, many] = [count, count * effort.largeFactor].map((events) =>
    measured.find(({ workload: { kind, generate } }) =>
      kind === "events" && generate.count === events
    )
  );
  return {
    command: "bench",
    ...circumstances(quick, startMs),
    monolithBatch: Number(MONOLITH_BATCH),
    rows: measured.flatMap((each) =>
      each.workload.kind === "access-log" && few
        ? rowsAgainst(each, few)
        : rowsOf(each)
    ),
    growth: few && many ? growthOf(few, many) : [],
  };
}

async function measureAtRate(
  rate: number,
  { quick, settings, port }: Flags<typeof FLAGS>,
  context: RunContext & { folder: string },
): Promise<LatencyDocument> {
  const { feedMs } = quick ? QUICK : RECORD;
  const startMs = performance.now();
  const batches = LATENCY_BATCHES.filter(meantBy(settings));
  const rows = await measureLatency(batches, {
    ...context,
    port,
    rate,
    feedMs,
  });
  return { ...circumstances(quick, startMs), rate, feedMs, rows };
}

function circumstances(quick: boolean, startMs: number) {
  return {
    date: new Date().toISOString(),
    quick,
    machine: describeMachine(),
    elapsedMs: Math.round(performance.now() - startMs),
  };
}

/** Tells which batch settings are to be measured; all, unless some are named. */
function meantBy(
  settings: Flags<typeof FLAGS>["settings"],
): (batch: string) => boolean {
  return (batch) => settings?.includes(batch) ?? true;
}

/** Those that are meant, and what a stage by another program is compared with. */
function withTheirBase(
  settings: readonly BatchSetting[],
  isMeant: (batch: string) => boolean,
): BatchSetting[] {
  const meant = settings.filter(({ batch }) => isMeant(batch));
  const bases = meant.map(({ batch }) => variantOf(batch)?.batch);
  return settings.filter((each) =>
    meant.includes(each) || bases.includes(each.batch)
  );
}

/** @throws {UsageError} For a flag that is of no use with another one. */
function checkTogether(
  given: ReadonlySet<string>,
  { settings }: Pick<Flags<typeof FLAGS>, "settings">,
): void {
  if (!given.has("rate")) return;
  const elsewhere = settings?.find((each) => !LATENCY_BATCHES.includes(each));
  if (elsewhere !== undefined) {
    throw new UsageError(
      `Cannot use --settings=${elsewhere} with --rate: latency is measured at ${
        LATENCY_BATCHES.join(", ")
      }`,
    );
  }
  const other = ["events", "rounds"].find((name) => given.has(name));
  if (!other) return;
  throw new UsageError(
    `Cannot use --${other} with --rate: each setting is fed once, for a fixed time; leave one of them out`,
  );
}

async function checkFolder(path: string, given: string): Promise<void> {
  const cannot = `Cannot write --output="${given}"`;
  const found = await statIfThere(path);
  if (found?.isDirectory) return;
  throw new UsageError(
    found
      ? `${cannot}: it is not a folder`
      : `${cannot}: there is no such folder; make it first`,
  );
}
