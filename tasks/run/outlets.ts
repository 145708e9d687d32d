/**
 * Results and rejects that do not go into a file, but to standard output, a
 * pipe or a device.
 *
 * What has left a process cannot be taken back. So such a run writes files of
 * its own, in a folder that is removed at the end, and hands them over once
 * they are whole.
 *
 * @module
 */

import { join } from "node:path";
import {
  isThere,
  removeFolderIfEmpty,
  removeIfThere,
} from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { temporaryFolder } from "../../runtime/program/paths.ts";
import type { Appending } from "./appending.ts";
import { openTarget } from "./outlet_target.ts";
import type { Outlet, PlannedRun } from "./planned_run.ts";

/** The names of what this process already has open. */
const STANDARD: Record<string, "stdout" | "stderr"> = {
  "-": "stdout",
  "/dev/stdout": "stdout",
  "/dev/fd/1": "stdout",
  "/proc/self/fd/1": "stdout",
  "/dev/stderr": "stderr",
  "/dev/fd/2": "stderr",
  "/proc/self/fd/2": "stderr",
};

/**
 * Tells what is no file.
 *
 * @param name What the user has written.
 * @param path Where that is.
 * @returns Undefined for a file, or where there is nothing yet.
 */
export async function outletOf(
  name: string,
  path: string,
): Promise<Outlet | undefined> {
  const standard = STANDARD[name];
  if (standard) return { name, to: standard };
  try {
    const { isCharDevice, isFifo } = await Deno.stat(path);
    return isCharDevice || isFifo ? { name, to: { path } } : undefined;
  } catch (error) {
    // Whoever looks for a place for a file says so in better words.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The folder of what is handed over; disposing removes it. */
export interface OutletFolder extends AsyncDisposable {
  /** The run, writing into the folder. */
  plan: PlannedRun;
}

/** Gives a run files of its own for what it hands over. */
export async function openOutlets(
  plan: PlannedRun,
  guardian: Pick<Guardian, "remove">,
): Promise<OutletFolder> {
  const { output, rejects } = plan.outlets;
  if (!output && !rejects) {
    return { plan, async [Symbol.asyncDispose]() {} };
  }
  const folder = await makeFolder();
  const files = {
    ...(output ? { output: join(folder, "results.ndjson") } : {}),
    ...(rejects ? { rejects: join(folder, "rejects.ndjson") } : {}),
  };
  const remove = async () => {
    for (const path of Object.values(files)) await removeIfThere(path);
    await removeFolderIfEmpty(folder);
  };
  try {
    for (const path of [...Object.values(files), folder]) guardian.remove(path);
  } catch (error) {
    await remove();
    throw error;
  }
  return { plan: { ...plan, ...files }, [Symbol.asyncDispose]: remove };
}

async function makeFolder(): Promise<string> {
  try {
    return await Deno.makeTempDir({ prefix: "denizen-results-" });
  } catch (error) {
    throw new Failure(
      `Cannot make a folder for the results in "${temporaryFolder()}": ${
        systemReason(error)
      }; make room there, or name another folder by TMPDIR`,
      1,
      { cause: error },
    );
  }
}

/**
 * Hands over what is whole, the results last.
 *
 * @param appending What has handed over results so far.
 * @throws {Deno.errors.BrokenPipe} If nobody reads it any more.
 * @throws {Failure} If it cannot be written.
 */
export async function handOver(
  plan: PlannedRun,
  appending: Pick<Appending, "finish"> | undefined,
): Promise<void> {
  const { output, rejects } = plan.outlets;
  if (rejects) await copy(plan.rejects, rejects);
  if (output && appending) await appending.finish();
  else if (output) await copy(plan.output, output);
}

/** Hands over the rejects of a run that has failed, where it kept them. */
export async function handOverRejects(plan: PlannedRun): Promise<void> {
  const { rejects } = plan.outlets;
  if (rejects && await isThere(plan.rejects)) await copy(plan.rejects, rejects);
}

async function copy(path: string, outlet: Outlet): Promise<void> {
  // The stream closes it.
  const from = await Deno.open(path);
  using target = await openTarget(outlet);
  for await (const bytes of from.readable) await target.write(bytes);
}
