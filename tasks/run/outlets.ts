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
import { asPrintFailure } from "../../runtime/program/log.ts";
import { temporaryFolder } from "../../runtime/program/paths.ts";
import { visible } from "../../runtime/program/visible_text.ts";
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
 * @throws {Deno.errors.BrokenPipe} If nobody reads it any more.
 * @throws {Failure} If it cannot be written.
 */
export async function handOver(plan: PlannedRun): Promise<void> {
  const { output, rejects } = plan.outlets;
  if (rejects) await copy(plan.rejects, rejects);
  if (output) await copy(plan.output, output);
}

/** Hands over the rejects of a run that has failed, where it kept them. */
export async function handOverRejects(plan: PlannedRun): Promise<void> {
  const { rejects } = plan.outlets;
  if (rejects && await isThere(plan.rejects)) await copy(plan.rejects, rejects);
}

const CHUNK_BYTES = 65_536;

async function copy(path: string, { name, to }: Outlet): Promise<void> {
  using from = await Deno.open(path);
  const buffer = new Uint8Array(CHUNK_BYTES);
  using opened = typeof to === "object"
    ? await openOutlet(name, to)
    : undefined;
  const target = opened ?? (to === "stdout" ? Deno.stdout : Deno.stderr);
  // On a terminal the input's bytes are still JSON, and nothing but that.
  const shown = target.isTerminal() ? visibleBlocks() : undefined;
  for (;;) {
    const count = await from.read(buffer);
    if (count === null) return;
    const read = buffer.subarray(0, count);
    const bytes = shown ? shown(read) : read;
    for (let at = 0; at < bytes.length;) {
      at += await written(name, to, target.write(bytes.subarray(at)));
    }
  }
}

/** Makes visible what is in blocks of a text, which may end within a character. */
function visibleBlocks(): (block: Uint8Array) => Uint8Array {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  return (block) =>
    encoder.encode(visible(decoder.decode(block, { stream: true })));
}

async function openOutlet(
  name: string,
  { path }: { path: string },
): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { write: true });
  } catch (error) {
    throw cannotWrite(name, error);
  }
}

async function written(
  name: string,
  to: Outlet["to"],
  work: Promise<number>,
): Promise<number> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    throw to === "stdout" ? asPrintFailure(error) : cannotWrite(name, error);
  }
}

function cannotWrite(name: string, error: unknown): Failure {
  return new Failure(`Cannot write "${name}": ${systemReason(error)}`, 1, {
    cause: error,
  });
}
