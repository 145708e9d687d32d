/**
 * The report of a run as one HTML file, for `--report`: of one that has come to
 * its end as of one that has not.
 *
 * What it takes is loaded while the run goes on, and only where it is asked for.
 *
 * @module
 */

import type { RunView } from "../../orchestrator/run_view.ts";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Failure, Fault, UsageError } from "../../runtime/program/errors.ts";
import { text } from "../../runtime/program/flags.ts";
import { log } from "../../runtime/program/log.ts";
import { shortPath, userPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { checkApart } from "./apart.ts";
import { findOutput } from "./flags.ts";
import type { PlannedRun } from "./planned_run.ts";

/** The flag that asks for a report. */
export const reportFlag = text(
  "FILE",
  "write a report of the run, as one HTML file to keep",
);

/** A report that is being made. Disposing of it writes it, unless that is done. */
export interface KeptReport extends AsyncDisposable {
  /**
   * Writes it, once the run is over.
   *
   * @returns Where it is, for a person.
   * @throws {Failure} If it cannot be written.
   */
  write(): Promise<string>;
}

/**
 * Finds where a report is to be written, and checks that it can be.
 *
 * @param name What the flag says.
 * @returns Its path, without links; undefined where none is wanted.
 * @throws {UsageError} If it cannot be written, or is another file of the run.
 */
export async function findReport(
  name: string | undefined,
  { inputs, output, rejects, rulesPath }: Pick<
    PlannedRun,
    "inputs" | "output" | "rejects" | "rulesPath"
  >,
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  if (name === "" || name === "-") {
    throw new UsageError(
      `Cannot write --report=${name}: a report is a file; name one, as in run.html`,
    );
  }
  const path = await findOutput("report", userPath(name));
  await checkApart({
    rules: rulesPath,
    // Those that are no files have none.
    output: output || undefined,
    rejects: rejects || undefined,
    report: path,
  }, inputs);
  const trial = `${path}.${Deno.pid}.partial`;
  await withPathErrors(
    `Cannot write --report="${shortPath(path)}"`,
    async () => {
      (await Deno.open(trial, { write: true, createNew: true })).close();
      await Deno.remove(trial);
    },
  );
  return path;
}

/** Begins to watch a run for its report. */
export function keepReport(
  path: string,
  view: Pick<RunView, "watch">,
): KeptReport {
  const over = new AbortController();
  const watch = async () => {
    const { createRunHistory } = await import(
      "../../dashboard/runs/history.ts"
    );
    const history = createRunHistory();
    for await (const update of view.watch(over.signal)) {
      history.take(update, Date.now());
    }
    history.end(Date.now());
    return history.record;
  };
  const watched = watch();
  watched.catch(() => {}); // write() tells of it
  let written: Promise<string> | undefined;
  const write = async () => {
    const run = await watched;
    const [{ reportOf }, { describeMachine, machineLine }, DENO_JSON] =
      await Promise.all([
        import("../../dashboard/report/report.ts"),
        import("../bench/machine.ts"),
        import("../../deno.json", { with: { type: "json" } }),
      ]);
    const html = reportOf({
      run,
      version: DENO_JSON.default.version,
      machine: machineLine(describeMachine()),
      madeMs: Date.now(),
    });
    try {
      await replaceFile(path, html);
    } catch (error) {
      throw new Failure(
        `Cannot write the report "${shortPath(path)}": ${systemReason(error)}`,
        1,
        { cause: error },
      );
    }
    return shortPath(path);
  };
  return {
    write: () => written ??= write(),
    async [Symbol.asyncDispose]() {
      if (written) return;
      try {
        log(`report: ${await write()}`);
      } catch (error) {
        // Why the run has failed is said in any case.
        if (!(error instanceof Failure)) throw error;
        log(error.message);
      } finally {
        over.abort();
      }
    },
  };
}

/** Why a run has ended before its end, as a sentence for who watches it. */
export function whyEnded(error: unknown, stop: AbortSignal): string {
  if (stop.aborted) return "Interrupted";
  return error instanceof Failure || error instanceof Fault
    ? error.message
    : "The run has failed of a defect";
}
