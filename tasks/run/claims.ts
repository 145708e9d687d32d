/**
 * Makes sure that no two runs write the same file, and that no run reads a file
 * that another is about to replace.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "node:path";
import { takeLock } from "../../runtime/files/owned_lock.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { asPathError } from "../../runtime/program/system_error.ts";
import type { PlannedRun } from "./planned_run.ts";

/** The longest name of a file, in bytes. */
const LONGEST_NAME = 255;

/** The lock file of a file that a run writes; it lies beside it. */
export function lockPath(path: string): string {
  const bytes = new TextEncoder().encode(basename(path));
  const name = new TextDecoder().decode(
    bytes.subarray(0, LONGEST_NAME - "..lock".length),
  );
  return join(dirname(path), `.${name.replace(/\ufffd$/, "")}.lock`);
}

/** Where a link leads, also where nothing is there yet. */
export async function linkTarget(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      if (!(await Deno.lstat(target)).isSymlink) return target;
      target = resolve(dirname(target), await Deno.readLink(target));
    } catch (error) {
      // Whoever writes there says what is wrong with it.
      if (error instanceof Error) return target;
      throw error;
    }
  }
  return target;
}

/** The system follows no more, either. */
const MOST_LINKS = 40;

/**
 * Takes the files of a run for this process; disposing gives them back.
 *
 * @param guardian Gives them back when we are killed.
 * @throws {Failure} If another run has one of them.
 */
export async function claimFiles(
  { inputs, output, rejects, generate }: PlannedRun,
  guardian: Pick<Guardian, "removeLock">,
): Promise<AsyncDisposable> {
  const wanted = [
    { path: output, flag: "--output" },
    { path: rejects, flag: "--rejects" },
    ...(generate ? inputs : []).map((path) => ({ path, flag: "--input" })),
  ];
  await using claims = new AsyncDisposableStack();
  for (const each of wanted) claims.use(await claimFile(each, guardian));
  return claims.move();
}

/** A file, and the flag by which a run can have another. */
interface Wanted {
  path: string;
  flag: string;
}

/**
 * Takes one file, for whoever writes no other; disposing gives it back.
 *
 * @throws {Failure} If somebody else has it.
 */
export async function claimFile(
  wanted: Wanted,
  guardian: Pick<Guardian, "removeLock">,
): Promise<AsyncDisposable> {
  await using claims = new AsyncDisposableStack();
  const claimed = claims.use(await claim(wanted));
  // The guardian needs room for a file, too; without it the claim is given back.
  guardian.removeLock(lockPath(wanted.path));
  claims.move();
  return claimed;
}

async function claim({ path, flag }: Wanted): Promise<AsyncDisposable> {
  const cannot = `Cannot write "${shortPath(path)}"`;
  const lock = lockPath(path);
  let result: Awaited<ReturnType<typeof takeLock>>;
  try {
    result = await takeLock(lock);
  } catch (error) {
    throw asPathError(cannot, error) ??
      new Failure(`${cannot}: ${systemReason(error)}`, 1, { cause: error });
  }
  switch (result.status) {
    case "held":
      return result.lock;
    case "taken":
      throw new Failure(
        `${cannot}: another run${
          result.pid === undefined ? "" : `, process ${result.pid},`
        } is using it; wait for its end, or give another ${flag}`,
      );
    case "foreign":
      throw new Failure(
        `${cannot}: "${
          shortPath(lock)
        }", by which runs keep out of each other's way, is no file of ours; rename it, or give another ${flag}`,
      );
  }
}
