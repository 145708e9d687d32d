/**
 * Runs the monolith and the pipeline over the same inputs, round by round.
 *
 * @module
 */

import { join } from "node:path";
import { Failure } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { grouped } from "../../runtime/program/numbers.ts";
import { writeEvents } from "../generate.ts";
import type { RunReport } from "../run/report.ts";
import { type Round, type Row, rowsOf } from "./document.ts";
import { flagsOf, MONOLITH_BATCH, type Workload } from "./plan.ts";
import { runCommand, type RunContext } from "./run_command.ts";
import { firstDifference } from "./same_results.ts";

/** Options for {@linkcode measureRounds}. */
export interface MeasureOptions extends RunContext {
  /** Where inputs and results go. */
  folder: string;
  /** First of the pipeline's five ports. */
  port: number;
  /** Most rounds over each workload. */
  rounds: number;
  /** No round but the first begins that would not end by then, in `performance.now()`. */
  untilMs: number;
}

/**
 * Measures some workloads in turn, several rounds.
 *
 * @returns A row for each setting of each workload.
 * @throws {Failure} If a run fails, is interrupted, or gives other results than
 * the monolith.
 */
export async function measureRounds(
  workloads: readonly Workload[],
  options: MeasureOptions,
): Promise<Row[]> {
  const { folder, rounds, untilMs, interrupts: { stop } } = options;
  const inputs: { workload: Workload; path: string; bytes: number }[] = [];
  for (const workload of workloads) {
    const path = join(folder, `${workload.name}.ndjson`);
    const bytes = await writeEvents(workload.generate, path, { signal: stop });
    inputs.push({ workload, path, bytes });
  }
  const done = new Map<Workload, Round[]>(
    workloads.map((workload) => [workload, []]),
  );
  for (let round = 1; round <= rounds; round++) {
    const startMs = performance.now();
    for (const { workload, path } of inputs) {
      log(
        `Round ${round} of ${rounds}: ${grouped(workload.generate.count!)} ${
          described(workload)
        }, monolith, then batch ${workload.batches.join(", ")}`,
      );
      done.get(workload)!.push(await measureRound(workload, path, options));
    }
    const nowMs = performance.now();
    if (round < rounds && nowMs + (nowMs - startMs) > untilMs) {
      log(`Stopping after round ${round}: another would take too long`);
      break;
    }
  }
  return inputs.flatMap(({ workload, bytes }) =>
    rowsOf(workload, bytes, done.get(workload)!)
  );
}

function described({ kind, payload }: Workload): string {
  return kind === "events" ? "events" : `${payload} work items`;
}

async function measureRound(
  { generate, batches }: Workload,
  input: string,
  { folder, port, ...context }: MeasureOptions,
): Promise<Round> {
  // Each run in a folder of its own: none may pass for another's.
  const argsOf = async (command: string, batch: string) => {
    const results = await Deno.makeTempDir({ dir: folder });
    return [
      command,
      ...flagsOf(batch),
      ...(generate.workload ? [`--workload=${generate.workload}`] : []),
      `--input=${input}`,
      `--output=${join(results, "results.ndjson")}`,
      `--rejects=${join(results, "rejects.ndjson")}`,
    ];
  };
  const monolith = await runCommand(
    await argsOf("monolith", MONOLITH_BATCH),
    context,
  );
  const pipeline = new Map<string, RunReport>();
  for (const batch of batches) {
    const report = await runCommand([
      ...await argsOf("pipeline", batch),
      `--port=${port}`,
    ], context);
    const difference = firstDifference(monolith, report);
    if (difference) {
      throw new Failure(
        `Cannot trust "pipeline ${
          flagsOf(batch).join(" ")
        }": its results differ from the monolith's: ${difference}`,
      );
    }
    pipeline.set(batch, report);
  }
  return { monolith, pipeline };
}
