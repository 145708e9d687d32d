/**
 * How a run ends well: reads back what was written, and prints it.
 *
 * @module
 */

import { print } from "../proto/log.ts";
import { parseResults } from "../stages/results.ts";
import { type RunPlan, shortPath } from "./run_flags.ts";
import {
  describeReport,
  grouped,
  makeReport,
  type RunOutcome,
  type StageFigures,
} from "./run_report.ts";

/** Prints a finished run: one JSON document, or tables and where the files are. */
export async function finishRun(
  plan: RunPlan,
  json: boolean,
  outcome: Omit<RunOutcome, "batch" | "results">,
  stages: StageFigures[],
): Promise<void> {
  const results = parseResults(await Deno.readTextFile(plan.output));
  const report = makeReport({ ...outcome, batch: plan.batch, results }, stages);
  if (json) {
    print(JSON.stringify(report));
    return;
  }
  print(describeReport(report));
  print(`\nresults: ${shortPath(plan.output)}`);
  if (report.rejected > 0) {
    const { line, reason } = await firstReject(plan.rejects);
    print(
      `rejects: ${shortPath(plan.rejects)} (${
        grouped(report.rejected)
      }; the first is line ${line}: ${reason})`,
    );
  }
}

/** Reads the first line of a rejects file, which may be large. */
async function firstReject(
  path: string,
): Promise<{ line: number; reason: string }> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(65_536);
  const count = await file.read(buffer) ?? 0;
  const [first = ""] = new TextDecoder().decode(buffer.subarray(0, count))
    .split("\n");
  return JSON.parse(first);
}
