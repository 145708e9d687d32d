/**
 * How a run ends. When all went well, it prints what was written; otherwise it
 * says what went wrong.
 *
 * @module
 */

import type { StageFigures } from "../../orchestrator/stage_figures.ts";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { Failure, Fault } from "../../runtime/program/errors.ts";
import { log, print } from "../../runtime/program/log.ts";
import { grouped } from "../../runtime/program/numbers.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { describeLine } from "../../stages/events/places.ts";
import type { Appending } from "./appending.ts";
import type { KeptReport } from "./kept_report.ts";
import type { Outlet, PlannedRun } from "./planned_run.ts";
import { keepLastRun } from "./last_run.ts";
import { handOver, handOverRejects } from "./outlets.ts";
import { makeReport, type RunOutcome, type RunReport } from "./report.ts";

/** What else ends with a run. */
export interface Ending {
  appending?: Appending | undefined;
  /** The file that is kept of it. */
  report?: Pick<KeptReport, "write"> | undefined;
}

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
  { appending, report: kept }: Ending = {},
): Promise<void> {
  const report = makeReport({ ...outcome, batch: plan.batch }, stages);
  await handOver(plan, appending);
  await keepLastRun(report, {
    output: placeOf(plan.output, plan.outlets.output),
    resultCount: outcome.results.count,
  });
  const done = `The run is done, and its results are in ${
    placeOf(plan.output, plan.outlets.output)
  }`;
  const keeping = kept?.write();
  // It is waited for below.
  keeping?.catch(() => {});
  try {
    await printReport(plan, json, report, outcome.results.count, keeping);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Unprinted(
      `${done}; what is printed of it is lost: ${error.message}`,
      error.exitCode,
      { cause: error },
    );
  }
  try {
    await keeping;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Unprinted(`${done}; ${error.message}`, 1, { cause: error });
  }
}

/** The results are there; only what is told of them could not be written. */
class Unprinted extends Failure {}

async function printReport(
  plan: PlannedRun,
  json: boolean,
  report: RunReport,
  count: number,
  keeping: Promise<string> | undefined,
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
  const kept = await keeping?.catch(() => undefined);
  if (kept !== undefined) say(`report:  ${kept}`);
}

function placeOf(path: string, outlet: Outlet | undefined): string {
  if (outlet?.to === "stdout") return "standard output";
  return outlet ? outlet.name : shortPath(path);
}

/** What failRun() has to know of a run. */
export interface Failing {
  /** What stood at its output before, by {@linkcode noteResults}. */
  older: Deno.FileInfo | undefined;
  /** Aborted where the run was interrupted; its reason is the exit code. */
  stop: AbortSignal;
  /** True for a run that went on with another. @default {false} */
  isResumed?: boolean;
  /** True where what was done so far has been kept. @default {false} */
  canResume?: boolean | undefined;
}

/** Notes what stands where the results are to go, before the run. */
export async function noteResults(
  { output, outlets }: Pick<PlannedRun, "output" | "outlets">,
): Promise<Deno.FileInfo | undefined> {
  return outlets.output ? undefined : await statIfThere(output);
}

/**
 * Says how a run has failed.
 *
 * Where no results so far were written, the result file of an earlier run is not
 * touched: a file that was good stays good. The message says which of them it is.
 *
 * @returns The exit code of a run that was interrupted.
 * @throws {Failure} If it was not. What is no failure but a defect, as it is.
 */
export async function failRun(
  plan: PlannedRun,
  error: unknown,
  { stop, canResume = false, ...run }: Failing,
): Promise<number> {
  if (error instanceof Unprinted) throw error;
  await handOverRejects(plan);
  const left = await whatIsLeft(plan, run);
  const kept = `${left ? `; ${left}` : ""}${
    canResume ? "; go on by --resume" : ""
  }`;
  if (stop.aborted) {
    const what = plan.everyMs === undefined
      ? "no results were written"
      : "the results are not whole";
    log(`Interrupted: ${what}${kept}`);
    return stop.reason;
  }
  if (!(error instanceof Failure || error instanceof Fault)) throw error;
  const exitCode = error instanceof Failure ? error.exitCode : 1;
  throw new Failure(`${error.message}${kept}`, exitCode, { cause: error });
}

/** Says which results are there after a run that has failed. */
async function whatIsLeft(
  { output, outlets, writing, everyMs }: PlannedRun,
  { older, isResumed }: Pick<Failing, "older" | "isResumed">,
): Promise<string | undefined> {
  if (outlets.output) return undefined;
  const shown = `"${shortPath(output)}"`;
  if (writing?.format === "sqlite") {
    return everyMs === undefined
      ? undefined
      : `${shown} may have results so far`;
  }
  const now = await statIfThere(output);
  if (!now) return undefined;
  const isOlder = everyMs === undefined ||
    older?.ino === now.ino && older.mtime?.getTime() === now.mtime?.getTime();
  if (!isOlder) return `${shown} has the last results so far`;
  return everyMs !== undefined && isResumed
    ? `${shown} is of before it went on`
    : `${shown} is of an earlier run`;
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
