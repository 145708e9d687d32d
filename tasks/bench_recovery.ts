/**
 * The `bench:recovery` command: kills stages at random, and says what that
 * cost. It compares each result with that of an undisturbed run in one process.
 *
 * @module
 */

import { join } from "node:path";
import { startGuardian } from "../runtime/process/guardian.ts";
import { integer, readFlags, toggle } from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log, print } from "../runtime/program/log.ts";
import { grouped } from "../runtime/program/numbers.ts";
import { type StageName, STAGES } from "../stages/names.ts";
import { killRounds, type Rounds } from "./bench/recovery_rounds.ts";
import { runCommand, type RunContext } from "./bench/run_command.ts";
import { spreadOf } from "./bench/statistics.ts";
import { writeEvents } from "./generate.ts";
import { mulberry32 } from "./generate/generator.ts";
import type { RunReport } from "./run/report.ts";
import { printHelp } from "./terminal/help.ts";
import { formatTable } from "./terminal/table.ts";

const FLAGS = {
  rounds: integer("runs in which one stage is killed in time", 100, {
    min: 0,
    max: 10_000,
  }),
  doubles: integer("runs in which two are killed at once, in time", 20, {
    min: 0,
    max: 10_000,
  }),
  startups: integer(
    "kills at start-up and during recoveries, four in each run",
    200,
    { min: 0, max: 100_000 },
  ),
  pairs: integer("pairs of runs with and without checkpoints", 5, {
    min: 0,
    max: 1_000,
  }),
  count: integer("events", 1_000_000, { min: 1_000, max: 1_000_000_000 }),
  seed: integer("start of the random numbers", 42, {
    min: 0,
    max: 2 ** 32 - 1,
  }),
  json: toggle("print JSON and nothing else"),
  help: toggle("print this"),
};

/** Events in a batch: large ones, so that a round does not take long. */
const BATCH = 1_000;
/** In which a run ends before a checkpoint is due. */
const NO_CHECKPOINTS = "1h";
/** Within so long, in milliseconds, most stages come up or recover. */
const STARTUP_MS = 600;
/** Kills in one run of those. */
const KILLS = 4;
/** Recoveries that a run may take: each kill of one is at least one. */
const MAX_RECOVERIES = 30;
/** A line of this many is no event, so that there are rejects to get right. */
const REJECT_EVERY = 1_000;

interface Figures {
  count: number;
  batch: number;
  seed: number;
  single: Rounds;
  double: Rounds;
  startup: Rounds;
  /** Run time with checkpoints ÷ without, of each pair. */
  checkpointRatios: number[];
}

/**
 * Runs the command.
 *
 * @returns The exit code: 1 if a result was wrong, 130 or 143 when it was
 * interrupted.
 */
export async function benchRecovery(argv: string[]): Promise<number> {
  const { flags } = readFlags(argv, FLAGS);
  if (flags.help) {
    printHelp(
      "bench:recovery [flags]",
      "Kills stages at random and compares the results.",
      FLAGS,
    );
    return 0;
  }
  const { count, seed } = flags;
  using interrupts = listenForInterrupts();
  const folder = await Deno.makeTempDir({ prefix: "denizen-bench-" });
  try {
    await using guardian = startGuardian();
    const input = join(folder, "in.ndjson");
    const runs: Runs = { folder, input, guardian, interrupts };
    await writeInput(input, count);
    const expected = await run("monolith", [], runs);
    const random = mulberry32(seed);
    const pick = (from: readonly StageName[]) =>
      from[Math.floor(random() * from.length)]!;
    const share = () => `${(random() * 100).toFixed(1)}%`;
    const one = () => `${pick(STAGES)}@${share()}`;
    const two = () => {
      const [first, at] = [pick(STAGES), share()];
      const second = pick(STAGES.filter((stage) => stage !== first));
      return `${first}@${at},${second}@${at}`;
    };
    const within = (ms: number) => `${Math.round(random() * ms)}ms`;
    const early = () =>
      [
        `${pick(STAGES)}@start+${within(STARTUP_MS)}`,
        `${pick(STAGES)}@${share()}`,
        ...Array.from(
          { length: KILLS - 2 },
          () => `${pick(STAGES)}@break+${within(2 * STARTUP_MS)}`,
        ),
      ].join(",");
    const kill = (rounds: number, choose: () => string) =>
      killRounds(rounds, async (round) => {
        const chaos = choose();
        const { report, results, rejects } = await run(
          "pipeline",
          [`--chaos=${chaos}`, `--max-recoveries=${MAX_RECOVERIES}`],
          runs,
        );
        const right = results === expected.results &&
          rejects === expected.rejects;
        log(
          `${round} of ${rounds}: ${chaos}: ${
            right ? "right" : "WRONG"
          }, ${report.recoveries} recoveries, ${
            Math.round(report.recoveryMs)
          } ms`,
        );
        return { right, report };
      });
    const figures: Figures = {
      count,
      batch: BATCH,
      seed,
      single: await kill(flags.rounds, one),
      double: await kill(flags.doubles, two),
      startup: await kill(Math.ceil(flags.startups / KILLS), early),
      checkpointRatios: await measureCheckpoints(flags.pairs, runs),
    };
    print(flags.json ? JSON.stringify(figures) : describe(figures));
    const { single, double, startup } = figures;
    return [single, double, startup].every(({ right, rounds }) =>
        right === rounds
      )
      ? 0
      : 1;
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    return interrupts.stop.reason;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeInput(path: string, count: number): Promise<void> {
  await writeEvents({ count }, path);
  const lines = (await Deno.readTextFile(path)).split("\n");
  for (let at = 0; at < count; at += REJECT_EVERY) lines[at] = `?${lines[at]}`;
  await Deno.writeTextFile(path, lines.join("\n"));
}

/** Where the runs are, and what ends them. */
interface Runs extends RunContext {
  folder: string;
  input: string;
}

/** Runs a command of main.ts to its end. */
async function run(
  command: RunReport["command"],
  args: string[],
  { folder, input, ...context }: Runs,
): Promise<{ report: RunReport; results: string; rejects: string }> {
  const [output, rejects] = [join(folder, "results"), join(folder, "rejects")];
  const report = await runCommand([
    command,
    ...args,
    `--batch=${BATCH}`,
    `--input=${input}`,
    `--output=${output}`,
    `--rejects=${rejects}`,
  ], context);
  return {
    report,
    results: await Deno.readTextFile(output),
    rejects: await Deno.readTextFile(rejects),
  };
}

/** Runs with and without checkpoints in turn, each pair in the other order. */
async function measureCheckpoints(
  pairs: number,
  runs: Runs,
): Promise<number[]> {
  const elapsedMs = async (args: string[]) =>
    (await run("pipeline", args, runs)).report.elapsedMs;
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const without = [`--checkpoint-interval=${NO_CHECKPOINTS}`];
    const firstMs = await elapsedMs(pair % 2 === 0 ? [] : without);
    const secondMs = await elapsedMs(pair % 2 === 0 ? without : []);
    ratios.push(pair % 2 === 0 ? firstMs / secondMs : secondMs / firstMs);
  }
  return ratios;
}

function describe(
  { count, batch, seed, single, double, startup, checkpointRatios }: Figures,
): string {
  const row = (
    what: string,
    { rounds, right, late, recoveries, lostMs }: Rounds,
  ) => [
    what,
    grouped(rounds),
    grouped(right),
    grouped(late),
    grouped(recoveries),
    (lostMs.median / 1_000).toFixed(2),
    (lostMs.worst / 1_000).toFixed(2),
  ];
  return [
    `${grouped(count)} events, batch ${grouped(batch)}, seed ${seed}`,
    "",
    formatTable([
      [
        "killed",
        "runs",
        "right",
        "too late",
        "recoveries",
        "lost s, median",
        "worst",
      ],
      row("one stage", single),
      row("two at once", double),
      row("coming up", startup),
    ], { right: (column) => column > 0 }).trimEnd(),
    "",
    describeRatios(checkpointRatios),
  ].join("\n");
}

function describeRatios(ratios: readonly number[]): string {
  if (ratios.length === 0) return "checkpoints were not measured";
  const { median, min, max } = spreadOf(ratios);
  return `run time with checkpoints ÷ without: ${median.toFixed(3)} (${
    min.toFixed(3)
  } to ${max.toFixed(3)} in ${ratios.length} pairs)`;
}
