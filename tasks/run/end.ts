/**
 * How a run ends. When all went well, it prints what was written; otherwise it
 * says what went wrong.
 *
 * @module
 */

import type { StageFigures } from "../../orchestrator/stage_figures.ts";
import { isThere } from "../../runtime/files/optional_file.ts";
import { Failure, Fault } from "../../runtime/program/errors.ts";
import { log, print } from "../../runtime/program/log.ts";
import { grouped } from "../../runtime/program/numbers.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { describeLine } from "../../stages/events/places.ts";
import type { Outlet, PlannedRun } from "./planned_run.ts";
import { handOver, handOverRejects } from "./outlets.ts";
import { makeReport, type RunOutcome, type RunReport } from "./report.ts";

/**
 * Prints a finished run: one JSON document, or tables and where the files are;
 * and hands over what was not to become a file. Where that is standard output,
 * all else goes to standard error.
 */
export async function finishRun(
  plan: PlannedRun,
  json: boolean,
  outcome: Omit<RunOutcome, "batch">,
  stages: StageFigures[],
): Promise<void> {
  const report = makeReport({ ...outcome, batch: plan.batch }, stages);
  await handOver(plan);
  try {
    await printReport(plan, json, report, outcome.results.count);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Unprinted(
      `The run is done, and its results are in ${
        placeOf(plan.output, plan.outlets.output)
      }; what is printed of it is lost: ${error.message}`,
      error.exitCode,
      { cause: error },
    );
  }
}

/** The results are there; only the figures could not be printed. */
class Unprinted extends Failure {}

async function printReport(
  plan: PlannedRun,
  json: boolean,
  report: RunReport,
  count: number,
): Promise<void> {
  if (json) return print(JSON.stringify(report));
  const { output, rejects } = plan.outlets;
  const isTaken = [output, rejects].some((each) => each?.to === "stdout");
  const say = isTaken ? (text: string) => text.split("\n").forEach(log) : print;
  const { describeReport } = await import("./report_text.ts");
  const place = placeOf(plan.output, output);
  say(describeReport(report, { kind: plan.kind, count, place }));
  say(`\nresults: ${place}`);
  if (report.rejected > 0) {
    const { reason, ...place } = await firstReject(plan.rejects);
    say(
      `rejects: ${placeOf(plan.rejects, rejects)} (${
        grouped(report.rejected)
      }; the first is ${describeLine(place)}: ${reason})`,
    );
  }
}

function placeOf(path: string, outlet: Outlet | undefined): string {
  if (outlet?.to === "stdout") return "standard output";
  return outlet ? outlet.name : shortPath(path);
}

/**
 * Says how a run has failed.
 *
 * The result file of an earlier run is not touched: a file that was good stays
 * good. The message says that it is of an earlier run.
 *
 * @param stop Aborted where the run was interrupted; its reason is the exit code.
 * @param canResume True where what was done so far has been kept.
 * @returns The exit code of a run that was interrupted.
 * @throws {Failure} If it was not. What is no failure but a defect, as it is.
 */
export async function failRun(
  plan: PlannedRun,
  error: unknown,
  stop: AbortSignal,
  canResume = false,
): Promise<number> {
  if (error instanceof Unprinted) throw error;
  const { output } = plan;
  await handOverRejects(plan);
  const isFile = !plan.outlets.output && plan.writing?.format !== "sqlite";
  const older = isFile && await isThere(output)
    ? `; "${shortPath(output)}" is of an earlier run`
    : "";
  const kept = `${older}${canResume ? "; go on by --resume" : ""}`;
  if (stop.aborted) {
    log(`Interrupted: no results were written${kept}`);
    return stop.reason;
  }
  if (!(error instanceof Failure || error instanceof Fault)) throw error;
  const exitCode = error instanceof Failure ? error.exitCode : 1;
  throw new Failure(`${error.message}${kept}`, exitCode, { cause: error });
}

/** Reads the first line of a rejects file, which may be large. */
async function firstReject(
  path: string,
): Promise<{ file?: string; line: number; reason: string }> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(65_536);
  const count = await file.read(buffer) ?? 0;
  const [first = ""] = new TextDecoder().decode(buffer.subarray(0, count))
    .split("\n");
  return JSON.parse(first);
}
