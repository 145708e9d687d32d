/**
 * Feeds the pipeline at a fixed rate, with one batch setting after the other,
 * and compares its results with the monolith's over the same events.
 *
 * @module
 */

import { join } from "node:path";
import { Failure } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { grouped } from "../../runtime/program/numbers.ts";
import { writeEvents } from "../generate.ts";
import type { RunReport } from "../run/report.ts";
import { createEventLines } from "./event_lines.ts";
import { type Fed, feedEvents } from "./feed.ts";
import { type LatencyRow, latencyRow } from "./latency_document.ts";
import { MONOLITH_BATCH } from "./plan.ts";
import { runCommand, type RunContext } from "./run_command.ts";
import { firstDifference } from "./same_results.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";

/** Options for {@linkcode measureLatency}. */
export interface LatencyOptions extends RunContext {
  /** Where inputs and results go. */
  folder: string;
  /** First of the pipeline's ports. */
  port: number;
  /** Events a second. */
  rate: number;
  /** How long each setting is fed, in milliseconds. */
  feedMs: number;
}

/**
 * Measures the settings in turn.
 *
 * @param batches Values of `--batch`.
 * @returns A row for each.
 * @throws {Failure} If a run fails, is interrupted, or gives other results than
 * the monolith.
 */
export async function measureLatency(
  batches: readonly string[],
  options: LatencyOptions,
): Promise<LatencyRow[]> {
  const { folder, rate, feedMs, interrupts: { stop } } = options;
  const schedule = scheduleOf(rate, feedMs);
  const input = join(folder, "events.ndjson");
  await writeEvents({ count: schedule.count }, input, { signal: stop });
  const expectedOf = createExpected(input, options);
  const rows: LatencyRow[] = [];
  for (const batch of batches) {
    log(
      `Feeding ${grouped(schedule.count)} events at ${
        grouped(rate)
      } a second to batch ${batch}`,
    );
    const { fed, report } = await feedPipeline(input, batch, schedule, options);
    const difference = firstDifference(await expectedOf(fed), report);
    if (difference) {
      throw new Failure(
        `Cannot trust "pipeline --batch=${batch}": its results differ from the monolith's: ${difference}`,
      );
    }
    rows.push(latencyRow(batch, fed, report));
  }
  return rows;
}

async function feedPipeline(
  input: string,
  batch: string,
  schedule: Schedule,
  { folder, port, ...context }: LatencyOptions,
): Promise<{ fed: Fed; report: RunReport }> {
  using file = await Deno.open(input);
  const lines = createEventLines(file);
  let fed: Fed | undefined;
  const report = await runCommand(
    [
      ...["pipeline", `--batch=${batch}`, "--input=-", `--port=${port}`],
      ...await outputs(folder),
    ],
    context,
    async (to, signal) => {
      fed = await feedEvents(lines, to, { schedule, signal });
    },
  );
  return { fed: fed!, report };
}

/** Returns a function that asks the monolith, once for as many events. */
function createExpected(
  input: string,
  { folder, ...context }: LatencyOptions,
): (fed: Fed) => Promise<RunReport> {
  const known = new Map<number, RunReport>();
  return async ({ events, bytes }) => {
    const found = known.get(events);
    if (found) return found;
    const part = join(folder, "fed.ndjson");
    await Deno.copyFile(input, part);
    await Deno.truncate(part, bytes);
    const report = await runCommand([
      ...["monolith", `--batch=${MONOLITH_BATCH}`, `--input=${part}`],
      ...await outputs(folder),
    ], context);
    known.set(events, report);
    return report;
  };
}

/** In a folder of its own: no run may pass for another. */
async function outputs(folder: string): Promise<string[]> {
  const results = await Deno.makeTempDir({ dir: folder });
  return [
    `--output=${join(results, "results.ndjson")}`,
    `--rejects=${join(results, "rejects.ndjson")}`,
  ];
}
