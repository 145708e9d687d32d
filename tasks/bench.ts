/**
 * The `bench` command: what splitting a program into processes costs. Runs the
 * monolith and the pipeline in turn over the same events and compares each
 * round's pair, since a machine is not as fast now as it was a minute ago.
 *
 * Every run is a process of its own, started as a user would, and must give the
 * monolith's results.
 *
 * @module
 */

import { join, resolve } from "node:path";
import {
  type Flags,
  integer,
  readFlags,
  text,
  UsageError,
} from "../proto/flags.ts";
import { log, print } from "../proto/log.ts";
import { startGuardian } from "../supervisor/guardian.ts";
import { drawChart } from "./bench/chart.ts";
import { describeBench } from "./bench/describe.ts";
import type { BenchDocument } from "./bench/document.ts";
import { BENCH_FLAGS } from "./bench/flags.ts";
import { describeMachine } from "./bench/machine.ts";
import { measureRounds } from "./bench/measure.ts";
import {
  eventWorkloads,
  MONOLITH_BATCH,
  QUICK,
  RECORD,
  workItemWorkloads,
} from "./bench/plan.ts";
import type { RunContext } from "./bench/run_command.ts";
import { printHelp } from "./control_flags.ts";
import { listenForInterrupts } from "../proto/interrupts.ts";
import { pipelineFlags } from "./pipeline.ts";
import { PROJECT, shortPath } from "./run_flags.ts";
import { userPath } from "./user_path.ts";

const FLAGS = {
  events: integer(
    "events for batches from 50; 10 gets half, 1 a tenth (default: 1000000; 200000 with --quick)",
    undefined,
    { min: 100, max: 100_000_000 },
  ),
  rounds: integer(
    "rounds over the events, however long they take (default: 5, or what fits in 5 minutes; 2 with --quick)",
    undefined,
    { min: 1, max: 1_000 },
  ),
  output: text(
    "FOLDER",
    "where results.json and results.svg go (default: bench)",
  ),
  port: pipelineFlags.port,
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
  const { flags } = readFlags(argv, FLAGS);
  if (flags.help) {
    printHelp("bench [flags]", "Measures what splitting costs.", FLAGS);
    return 0;
  }
  const output = flags.output
    ? userPath(flags.output)
    : resolve(PROJECT, "bench");
  if (flags.output) await checkFolder(output, flags.output);
  else await Deno.mkdir(output, { recursive: true });
  using interrupts = listenForInterrupts();
  const folder = await Deno.makeTempDir({ prefix: "denizen-bench-" });
  try {
    await using guardian = startGuardian();
    const document = await measure(flags, { folder, guardian, interrupts });
    const json = JSON.stringify(document, undefined, 2);
    const written = ["results.json", "results.svg"]
      .map((name) => join(output, name));
    await Deno.writeTextFile(written[0]!, `${json}\n`);
    await Deno.writeTextFile(written[1]!, drawChart(document));
    print(flags.json ? json : describeBench(document));
    log(`Wrote ${written.map(shortPath).join(" and ")}`);
    return 0;
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    log("Interrupted: nothing was written");
    return interrupts.stop.reason;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(
  { quick, events, rounds, port }: Flags<typeof FLAGS>,
  context: RunContext & { folder: string },
): Promise<BenchDocument> {
  const effort = quick ? QUICK : RECORD;
  const startMs = performance.now();
  const count = events ?? effort.events;
  const budgetMs = rounds ? Infinity : effort.budgetMs;
  const common = { ...context, port };
  const rows = [
    // The smaller matter first: the rounds over events take what time is left.
    ...await measureRounds(workItemWorkloads(count), {
      ...common,
      rounds: Math.min(rounds ?? Infinity, effort.workRounds),
      untilMs: startMs + budgetMs * effort.workShare,
    }),
    ...await measureRounds(eventWorkloads(count), {
      ...common,
      rounds: rounds ?? effort.rounds,
      untilMs: startMs + budgetMs,
    }),
  ];
  return {
    command: "bench",
    date: new Date().toISOString(),
    quick,
    machine: describeMachine(),
    monolithBatch: Number(MONOLITH_BATCH),
    elapsedMs: Math.round(performance.now() - startMs),
    rows,
  };
}

async function checkFolder(path: string, given: string): Promise<void> {
  const cannot = `Cannot write --output="${given}"`;
  try {
    if ((await Deno.stat(path)).isDirectory) return;
    throw new UsageError(`${cannot}: it is not a folder`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UsageError(`${cannot}: there is no such folder; make it first`);
  }
}
