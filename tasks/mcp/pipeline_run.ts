/**
 * How a run of the pipeline goes on, or what came of the last one.
 *
 * @module
 */

import { runAddress } from "../../orchestrator/run_address.ts";
import { readManifest } from "../../orchestrator/run_manifest.ts";
import { RunService } from "../../proto/pipeline/run_contract.ts";
import { connectToRun } from "../../runtime/control/run_connection.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { userPath } from "../../runtime/program/paths.ts";
import { readLastRun } from "../run/last_run.ts";
import { findRun } from "../run/run_place.ts";
import type { Answer } from "./answer.ts";
import type { Place } from "./place.ts";

/** What may be asked. */
export interface RunQuestion {
  /** The folder of a run's state, where it was started with `--state`. */
  state?: string | undefined;
}

const REST = "the run's own --json document has everything";

/**
 * Answers with the run that goes on; where none does, with the one whose state
 * is kept, or with the figures of the last that was finished.
 *
 * @throws {UsageError} If several go on.
 */
export async function pipelineRun(
  place: Pick<Place, "config" | "stateDir">,
  { state }: RunQuestion,
  signal: AbortSignal,
): Promise<Answer> {
  const folder = await goingOn(state, place.stateDir);
  if (folder !== undefined) {
    return {
      says: ["A run goes on. This is how it is now."],
      data: linesOf(await snapshotOf(folder, signal)),
      rest: REST,
    };
  }
  if (state !== undefined) {
    const kept = await readManifest(userPath(state));
    return {
      says: [
        kept
          ? "No run uses this folder now, and one that has not come to its end is kept there: --resume goes on with it. These are its settings."
          : "No run uses this folder now, and none is kept there.",
      ],
      data: kept ? linesOf(kept) : [],
      rest: REST,
    };
  }
  const last = await readLastRun(place.stateDir);
  return {
    says: [
      last === undefined
        ? `No run goes on, and none was finished beside "${place.config}".`
        : "No run goes on. These are the figures of the last one that was finished.",
    ],
    data: last?.trimEnd().split("\n") ?? [],
    rest: REST,
  };
}

/** The folder of the run that goes on; undefined if there is none. */
async function goingOn(
  state: string | undefined,
  stateDir: string,
): Promise<string | undefined> {
  try {
    return await findRun(state, stateDir);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Asks a run how it is; the first thing that it tells is all of it. */
async function snapshotOf(
  folder: string,
  signal: AbortSignal,
): Promise<unknown> {
  const run = connectToRun(await runAddress(folder), folder, "the pipeline");
  const asked = new AbortController();
  const watch = run.serverStream(RunService.Watch, {}, {
    signal: AbortSignal.any([asked.signal, signal]),
  });
  try {
    for await (const { snapshot } of watch) return snapshot;
  } finally {
    asked.abort();
  }
}

function linesOf(document: unknown): string[] {
  return (JSON.stringify(document, undefined, 2) ?? "").split("\n");
}
