/**
 * The figures of the last run that was finished, in the state folder of where
 * the user stands: for whoever asks later what came of it.
 *
 * @module
 */

import { join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { PRIVATE_FILE } from "../../runtime/files/own_folder.ts";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { nearestConfig, stateDirOf } from "../../supervisor/config/config.ts";
import type { RunReport } from "./report.ts";
import { PIPELINES } from "./run_place.ts";

/** The name of the file. */
export const LAST_RUN = "last-run.json";

/** How many of the results it holds; all of them are in the result file. */
const RESULTS = 100;

/** What the file holds: the document of `--json`, without most of its results. */
export interface LastRun extends RunReport {
  /** When it was over, as ISO 8601. */
  finishedAt: string;
  /** Where the results are. */
  output: string;
  /** How many results there are. */
  resultCount: number;
}

/**
 * Keeps the figures of a run. Where the state folder is there for the run alone,
 * or nobody may write to it, they are not kept: the run is done all the same.
 */
export async function keepLastRun(
  report: RunReport,
  { output, resultCount }: Pick<LastRun, "output" | "resultCount">,
): Promise<void> {
  const stateDir = stateDirOf(nearestConfig());
  const entries = await ifThere(Array.fromAsync(Deno.readDir(stateDir))) ?? [];
  if (!entries.some(({ name }) => name !== PIPELINES)) return;
  const kept: LastRun = {
    finishedAt: new Date().toISOString(),
    output,
    resultCount,
    ...report,
    results: report.results.slice(0, RESULTS),
  };
  try {
    await replaceFile(
      join(stateDir, LAST_RUN),
      `${JSON.stringify(kept, undefined, 2)}\n`,
      { mode: PRIVATE_FILE },
    );
  } catch (error) {
    // A folder that nobody may write to, or a full disk.
    if (!(error instanceof Error)) throw error;
  }
}

/** Reads what was kept, as text; undefined where there is none. */
export function readLastRun(stateDir: string): Promise<string | undefined> {
  return ifThere(Deno.readTextFile(join(stateDir, LAST_RUN)));
}
